package io.dpg.deploy.k8s;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * Ends the API server of the test cluster itself for a while, or stops it (SIGSTOP), so that kubelet, controllers and
 * kube-proxy miss it as well.
 * Only for a cluster that nobody else uses, started by the script {@code kube/up}: it must have written
 * {@code apiserver.pid} beside the kubeconfig, and starts what does not run.
 */
final class SoakOutage implements AutoCloseable {

    private static final int UP_LIMIT_SECONDS = 120;

    private final Path pid = Path.of(System.getenv("KUBECONFIG")).resolveSibling("apiserver.pid");
    private final String up = System.getProperty("soak.kube-up", "../../shared/kube/up");
    private final Thread thread;
    private final boolean end;
    private volatile String what = "not stopped";

    /** Ends it, or only stops it, {@code delay} milliseconds from now, for {@code length} ones. */
    SoakOutage(int delay, int length, boolean end) {
        this.end = end;
        thread = new Thread(() -> run(delay, length), "soak-outage");
        thread.start();
    }

    private void run(int delay, int length) {
        try {
            TimeUnit.MILLISECONDS.sleep(delay);
            String server = Files.readString(pid).strip();
            if (end) {
                ProcessHandle.of(Long.parseLong(server)).orElseThrow().destroyForcibly();
            } else {
                done("kill", "-STOP", server);
            }
            what = "the API server was " + (end ? "killed" : "stopped") + " after " + delay + " ms";
            TimeUnit.MILLISECONDS.sleep(length);
            what += (end ? done(up) : done("kill", "-CONT", server)) ? " and is back" : " and does NOT come back";
        } catch (IOException | RuntimeException e) {
            what = "could not be stopped: " + e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean done(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        return process.waitFor(UP_LIMIT_SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0;
    }

    /** Waits until the API server is back. */
    @Override
    public void close() throws InterruptedException {
        thread.join();
    }

    @Override
    public String toString() {
        return what;
    }
}
