package io.dpg.deploy.local;

import io.dpg.deploy.local.agent.Json;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Waits at the agent for changes, on a daemon thread, and passes them on. */
final class Watcher implements AutoCloseable {

    private static final int WATCH_MILLIS = 5_000;
    private static final int GRACE_MILLIS = 10_000;
    private static final int PAUSE_MILLIS = 50;

    private final AgentClient agent;
    private final Runnable onChange;
    private final CountDownLatch closed = new CountDownLatch(1);

    Watcher(AgentClient agent, Runnable onChange) {
        this.agent = agent;
        this.onChange = onChange;
    }

    Watcher start() {
        Thread thread = new Thread(this::run, "dpg-deploy-local-watch");
        thread.setDaemon(true);
        thread.start();
        return this;
    }

    private void run() {
        long changes = -1;
        try {
            while (closed.getCount() > 0) {
                long seen = look(changes);
                if (seen < 0) {
                    closed.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS); // no agent now; whoever needs one starts it
                } else if (seen != changes && closed.getCount() > 0) {
                    onChange.run();
                }
                changes = seen;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private long look(long changes) {
        try {
            Optional<Json> answer = agent.ask(
                    Json.object()
                            .put("command", "watch")
                            .put("changes", changes)
                            .put("millis", WATCH_MILLIS),
                    WATCH_MILLIS + GRACE_MILLIS);
            return answer.filter(json -> json.has("changes"))
                    .map(json -> json.number("changes"))
                    .orElse(-1L);
        } catch (IOException e) {
            return -1;
        }
    }

    /** Ends the calls; one that is under way may still end after this returns. */
    @Override
    public void close() {
        closed.countDown();
    }
}
