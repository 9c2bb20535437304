package io.dpg.deploy.engine;

import io.dpg.deploy.Fault;
import io.dpg.deploy.Journals;
import io.dpg.deploy.event.Event;
import io.dpg.deploy.event.Listener;
import io.dpg.deploy.secret.Secret;
import io.dpg.deploy.spi.Journal;
import io.dpg.deploy.spi.Time;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts an engine together from a deployer's settings, and takes it apart. */
public final class DeployerParts implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DeployerParts.class);

    private final Engine engine;
    private final @Nullable ExecutorService own;
    private final List<Listener> listeners;

    /** Makes the engine. */
    public DeployerParts(
            List<Listener> listeners,
            @Nullable Journal journal,
            Time time,
            @Nullable Executor executor,
            @Nullable String owner,
            String user,
            Duration leaseTtl) {
        this.listeners = listeners;
        this.own = executor == null ? Threads.perTask("rollout") : null;
        this.engine = new Engine(new Engine.Settings(
                time,
                journal,
                Journals.inMemory(),
                executor == null ? own : executor,
                owner == null ? Owners.next() : owner,
                user,
                leaseTtl,
                new Vault(),
                new Sink()));
    }

    /** Returns the engine. */
    public Engine engine() {
        return engine;
    }

    private static final class Vault implements Engine.Vault {
        @Override
        public List<Fault> missing(Spec spec) {
            return List.of();
        }

        @Override
        public Map<String, Secret> resolve(Spec spec, List<String> warnings) {
            return Map.of();
        }
    }

    private final class Sink implements Engine.EventSink {
        @Override
        public void publish(Event event) {
            for (Listener listener : listeners) {
                try {
                    listener.on(event);
                } catch (RuntimeException e) {
                    LOG.warn("A listener failed", e);
                }
            }
        }

        @Override
        public boolean heard() {
            return !listeners.isEmpty();
        }

        @Override
        public String redact(String text) {
            return text;
        }
    }

    @Override
    public void close() {
        if (own != null) {
            own.shutdownNow();
        }
    }
}
