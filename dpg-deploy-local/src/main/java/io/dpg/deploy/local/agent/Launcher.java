package io.dpg.deploy.local.agent;

import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Starts processes and connects to their output.
 *
 * <p>Output passes through a named pipe that the instance itself holds open at both ends: when the agent dies, the
 * instance does not die of a broken pipe with it, and the next agent goes on reading where the last one ended. Secrets in
 * it reach the disk only redacted. Without {@code mkfifo} and {@code sh} (Windows) a plain pipe is used.
 */
final class Launcher {

    /** The variable that marks an instance, so that one whose process id was not yet written down is found again. */
    static final String MARK = "DPG_DEPLOY_INSTANCE";

    private static final String WRAPPER = "exec \"$@\" </dev/null 1<>\"$0\" 2>&1";

    private final Path pipes;

    Launcher(Path pipes) {
        this.pipes = pipes;
    }

    /** A process and its output. Closing {@code keeper} lets the output end. */
    record Started(OsProcess process, @Nullable InputStream output, AutoCloseable keeper) {}

    Started start(String id, Spec spec, int port, Map<String, String> secrets) throws IOException {
        String number = Integer.toString(port);
        List<String> command = new ArrayList<>();
        spec.command().forEach(word -> command.add(word.replace("{port}", number)));
        ProcessBuilder builder = new ProcessBuilder().directory(new File(spec.directory()));
        Map<String, String> environment = builder.environment();
        spec.variables().forEach((name, value) -> environment.put(name, value.replace("{port}", number)));
        environment.putAll(secrets);
        environment.put(MARK, id);
        // Some shells drop variables whose names they could not spell themselves.
        boolean plain = environment.keySet().stream().allMatch(name -> name.matches("[A-Za-z_][A-Za-z0-9_]*"));
        Path pipe = plain ? pipe(id) : null;
        if (pipe == null) {
            Process process = builder.command(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            return new Started(OsProcess.started(process), process.getInputStream(), () -> {});
        }
        List<String> wrapped = new ArrayList<>(List.of("/bin/sh", "-c", WRAPPER, pipe.toString()));
        wrapped.addAll(command);
        RandomAccessFile keeper = new RandomAccessFile(pipe.toFile(), "rw");
        InputStream output = new FileInputStream(pipe.toFile());
        try {
            Process process = builder.command(wrapped).start();
            return new Started(OsProcess.started(process), output, keeper);
        } catch (IOException e) {
            output.close();
            keeper.close();
            throw e;
        }
    }

    /** Returns an adopted process with its output, where that can still be had. */
    Started adopt(String id, OsProcess process) {
        Path pipe = pipes.resolve(id);
        if (!Files.exists(pipe)) {
            return new Started(process, null, () -> {});
        }
        try {
            RandomAccessFile keeper = new RandomAccessFile(pipe.toFile(), "rw"); // both ends, so opening cannot block
            return new Started(process, new FileInputStream(pipe.toFile()), keeper);
        } catch (IOException e) {
            return new Started(process, null, () -> {});
        }
    }

    /** Removes what a start left behind. */
    void forget(String id) {
        try {
            Files.deleteIfExists(pipes.resolve(id));
        } catch (IOException e) {
            // a pipe left over takes no room
        }
    }

    private @Nullable Path pipe(String id) {
        if (!Files.isExecutable(Path.of("/bin/sh"))) {
            return null;
        }
        try {
            Files.createDirectories(pipes);
            Path pipe = pipes.resolve(id);
            Process process = new ProcessBuilder("mkfifo", "-m", "600", pipe.toString()).start();
            return process.waitFor(5, TimeUnit.SECONDS) && process.exitValue() == 0 ? pipe : null;
        } catch (IOException e) {
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }
}
