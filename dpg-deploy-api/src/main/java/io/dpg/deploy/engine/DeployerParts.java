package io.dpg.deploy.engine;

import io.dpg.deploy.Fault;
import io.dpg.deploy.Journals;
import io.dpg.deploy.PlanInvalidException;
import io.dpg.deploy.event.Event;
import io.dpg.deploy.event.Listener;
import io.dpg.deploy.secret.Redactor;
import io.dpg.deploy.secret.Secret;
import io.dpg.deploy.secret.Secrets;
import io.dpg.deploy.spi.Journal;
import io.dpg.deploy.spi.Time;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/** Puts an engine together from a deployer's settings, and takes it apart. */
public final class DeployerParts implements AutoCloseable {

    private final Engine engine;
    private final @Nullable ExecutorService own;
    private final Secrets secrets;
    private final Redactor redactor = new Redactor();
    private final Dispatcher dispatcher;
    private final boolean heard;

    /** Makes the engine. */
    public DeployerParts(
            List<Listener> listeners,
            @Nullable Journal journal,
            Time time,
            @Nullable Executor executor,
            @Nullable String owner,
            String user,
            Duration leaseTtl,
            Secrets secrets) {
        this.heard = !listeners.isEmpty();
        // In virtual time everything happens on one thread, listeners included, so that runs can be repeated.
        this.dispatcher = time instanceof SystemTime ? Dispatcher.threaded(listeners) : Dispatcher.direct(listeners);
        this.secrets = secrets;
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

    private final class Vault implements Engine.Vault {
        @Override
        public List<Fault> missing(Spec spec) {
            try {
                secrets.resolveAll(spec.environment().secrets())
                        .values()
                        .values()
                        .forEach(redactor::add);
                return List.of();
            } catch (PlanInvalidException e) {
                return e.faults();
            }
        }

        @Override
        public Map<String, Secret> resolve(Spec spec, List<String> warnings) {
            Secrets.Resolved resolved = secrets.resolveAll(spec.environment().secrets());
            resolved.values().values().forEach(redactor::add);
            warnings.addAll(resolved.warnings());
            return resolved.values();
        }
    }

    private final class Sink implements Engine.EventSink {
        @Override
        public void publish(Event event) {
            dispatcher.publish(event);
        }

        @Override
        public boolean heard() {
            return heard;
        }

        @Override
        public void flush() {
            dispatcher.flush(Duration.ofSeconds(1));
        }

        @Override
        public String redact(String text) {
            return redactor.redact(text);
        }

        @Override
        public Throwable redact(Throwable throwable) {
            return redactor.redact(throwable);
        }
    }

    /** Ends all threads; gives listeners ten seconds to hear what they have not heard yet. */
    @Override
    public void close() {
        if (own != null) {
            own.shutdownNow();
        }
        dispatcher.close(Duration.ofSeconds(10));
    }
}
