package io.dpg.deploy.local.agent;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** One instance of a group, through all its starts. Guarded by the supervisor's lock. */
final class Instance {

    /** What an instance is about. */
    enum Phase {
        /** To be started at {@link Instance#startAt}. */
        WAITING,
        /** Its process runs. */
        RUNNING,
        /** It takes no new request, and ends. */
        STOPPING
    }

    final String slot;
    final int number;
    final Spec spec;

    Phase phase = Phase.WAITING;
    String id = "";
    int port;
    long startAt;
    boolean ready;
    boolean wasReady;
    int restarts;
    int backoff;
    int probeFaults;
    long readySince;

    @Nullable
    Integer exitCode;

    @Nullable
    String lastFault;

    @Nullable
    String startFault;

    final Deque<Long> exits = new ArrayDeque<>();
    List<String> lastLines = List.of();

    @Nullable
    OsProcess process;

    @Nullable
    Backend backend;

    @Nullable
    LogPump log;

    Runnable endOutput = () -> {};
    CountDownLatch ended = new CountDownLatch(1);

    Instance(String slot, int number, Spec spec) {
        this.slot = slot;
        this.number = number;
        this.spec = spec;
    }

    boolean serves() {
        return phase == Phase.RUNNING && ready;
    }

    boolean stopping() {
        return phase == Phase.STOPPING;
    }

    /** Returns the last lines of output of this or, while there are none, of the previous start. */
    List<String> lines() {
        List<String> now = log == null ? List.of() : log.tail();
        return now.isEmpty() ? lastLines : now;
    }

    String name() {
        return slot + "-" + spec.revision() + "-" + number;
    }

    Json toJson() {
        OsProcess running = process;
        return Json.object()
                .put("number", number)
                .put("revision", spec.revision())
                .put("id", id)
                .put("port", port)
                .put("restarts", restarts)
                .put("stopping", stopping())
                .put("pid", running == null ? 0 : running.pid())
                .put("started", running == null ? 0 : running.startedMillis());
    }
}
