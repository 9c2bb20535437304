package io.dpg.deploy.local.agent;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A process of the operating system: started by this agent, or adopted from an agent that has died. Thread-safe. */
final class OsProcess {

    private static final long CLOCK_MILLIS = 1_500;
    private static final int LOOKS = 3;
    private static final long LOOK_NANOS = 50_000_000;

    private final ProcessHandle handle;
    private final @Nullable Process child;

    private OsProcess(ProcessHandle handle, @Nullable Process child) {
        this.handle = handle;
        this.child = child;
    }

    static OsProcess started(Process child) {
        return new OsProcess(child.toHandle(), child);
    }

    /**
     * Returns the living process that was started as {@code id}; numbers are used again, so {@code pid} alone proves
     * nothing. The mark in its environment does; where that cannot be read, the time of its start has to do, which the
     * system may give a second apart to two agents. A {@code pid} of 0 was not yet written down when the agent died.
     */
    static @Nullable OsProcess adopt(long pid, long startedMillis, String id) {
        if (id.isEmpty()) {
            return null;
        }
        String mark = Launcher.MARK + "=" + id;
        if (pid == 0) {
            return find(mark);
        }
        OsProcess process =
                ProcessHandle.of(pid).map(h -> new OsProcess(h, null)).orElse(null);
        if (process == null || !process.alive()) {
            return null;
        }
        boolean same = environment(pid).contains("\0" + mark + "\0")
                || Math.abs(process.startedMillis() - startedMillis) <= CLOCK_MILLIS;
        return same ? process : null;
    }

    /** Returns the oldest living process whose environment says {@code variable}; Linux only. */
    private static @Nullable OsProcess find(String variable) {
        for (int look = 0; look < LOOKS; look++) {
            OsProcess found = ProcessHandle.allProcesses()
                    .filter(handle -> environment(handle.pid()).contains("\0" + variable + "\0"))
                    .map(handle -> new OsProcess(handle, null))
                    .filter(OsProcess::alive)
                    .min(java.util.Comparator.comparingLong(OsProcess::startedMillis))
                    .orElse(null);
            if (found != null) {
                return found;
            }
            LockSupport.parkNanos(LOOK_NANOS); // it may just be turning from the shell into the program
        }
        return null;
    }

    private static String environment(long pid) {
        try {
            return "\0" + new String(Files.readAllBytes(Path.of("/proc/" + pid + "/environ")), StandardCharsets.UTF_8)
                    + "\0";
        } catch (IOException | RuntimeException e) {
            return "";
        }
    }

    /** Returns those of {@code names} that the process was started with; none where the system does not tell. */
    Map<String, String> variables(List<String> names) {
        Map<String, String> found = new HashMap<>();
        if (!names.isEmpty()) {
            for (String entry : environment(pid()).split("\0")) {
                int equals = entry.indexOf('=');
                if (equals > 0 && names.contains(entry.substring(0, equals))) {
                    found.put(entry.substring(0, equals), entry.substring(equals + 1));
                }
            }
        }
        return found;
    }

    long pid() {
        return handle.pid();
    }

    long startedMillis() {
        return handle.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
    }

    /** Returns whether it runs; a zombie that nobody reaps does not. */
    boolean alive() {
        if (!handle.isAlive()) {
            return false;
        }
        if (child != null) {
            return true;
        }
        try {
            String stat = Files.readString(Path.of("/proc/" + pid() + "/stat"), StandardCharsets.ISO_8859_1);
            int name = stat.lastIndexOf(')');
            return name < 0 || stat.length() < name + 3 || "ZX".indexOf(stat.charAt(name + 2)) < 0;
        } catch (IOException e) {
            return handle.isAlive(); // no /proc here
        }
    }

    /** Returns the exit code; empty while it runs and for adopted processes, whose code only their parent learns. */
    Optional<Integer> exitCode() {
        return child == null || child.isAlive() ? Optional.empty() : Optional.of(child.exitValue());
    }

    /** Calls {@code action} when it has ended. */
    void onExit(Runnable action) {
        (child == null ? handle.onExit() : child.onExit()).thenRun(action);
    }

    /** Waits for its end, at most {@code millis}; returns whether it has ended. */
    boolean awaitExit(long millis) {
        long deadline = Clock.nanos() + millis * 1_000_000;
        while (alive()) {
            long left = (deadline - Clock.nanos()) / 1_000_000;
            if (left <= 0) {
                return false;
            }
            try {
                // An adopted process is looked at again and again, as nothing tells of its end at once.
                handle.onExit().get(Math.min(left, child == null ? 50 : left), TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                // look again
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            } catch (java.util.concurrent.ExecutionException e) {
                return !alive();
            }
        }
        return true;
    }

    /** Asks it to end (SIGTERM), then ends it (SIGKILL) after {@code graceMillis}, with what it has started. */
    void stop(long graceMillis) {
        List<ProcessHandle> family = handle.descendants().toList();
        handle.destroy();
        if (!awaitExit(graceMillis)) {
            handle.destroyForcibly();
            awaitExit(5_000);
        }
        family.forEach(ProcessHandle::destroyForcibly);
    }
}
