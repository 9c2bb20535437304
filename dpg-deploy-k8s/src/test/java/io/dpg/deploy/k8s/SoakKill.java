package io.dpg.deploy.k8s;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** One rollout whose deployer is killed at a random moment, and which another process resumes. */
final class SoakKill {

    /** About as long as a rollout takes. */
    private static final int SPAN_MILLIS = 14_000;

    private static final int LIMIT_SECONDS = 240;

    private final Path folder;
    private final String namespace;
    private final Random random;

    SoakKill(Path folder, String namespace, Random random) {
        this.folder = folder;
        this.namespace = namespace;
        this.random = random;
    }

    /** Returns how it ended, which begins with the outcome, or with "nothing" where nothing had begun. */
    String roll(String strategy, SoakRelease kind, String version) throws Exception {
        Path log = folder.resolve("deployer-" + version + ".log");
        Process deployer = start(log, strategy, kind.name(), version);
        try {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            while (deployer.isAlive() && !Files.readString(log).contains(SoakRun.BEGUN)) {
                if (System.nanoTime() > end) {
                    throw new AssertionError("the deployer does not begin: " + Files.readString(log));
                }
                deployer.waitFor(20, TimeUnit.MILLISECONDS);
            }
            int after = random.nextInt(SPAN_MILLIS);
            if (deployer.waitFor(after, TimeUnit.MILLISECONDS)) {
                return last(log, "ended ") + " (before it was to be killed)";
            }
            deployer.destroyForcibly().waitFor();
            return resume(version) + " (killed after " + after + " ms)";
        } finally {
            deployer.destroyForcibly();
        }
    }

    private String resume(String version) throws Exception {
        Path log = folder.resolve("resumer-" + version + ".log");
        Process resumer = start(log, "resume", "-", version);
        try {
            if (!resumer.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError("resume does not end: " + Files.readString(log));
            }
            return last(log, "resumed ");
        } finally {
            resumer.destroyForcibly();
        }
    }

    private static String last(Path log, String word) throws IOException {
        return Files.readAllLines(log).stream()
                .filter(line -> line.startsWith(word))
                .findFirst()
                .map(line -> line.substring(word.length()))
                .orElseThrow(() -> new AssertionError("no end in " + log));
    }

    private Process start(Path log, String strategy, String kind, String version) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                        "-cp",
                        System.getProperty("java.class.path"),
                        SoakRun.class.getName(),
                        namespace,
                        folder.resolve("audit-" + version + ".jsonl").toString(),
                        strategy,
                        kind,
                        version)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
    }
}
