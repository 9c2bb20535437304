package io.dpg.deploy.engine;

import io.dpg.deploy.spi.Target;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Wakes a waiting rollout when its target says that something changed. */
final class Watch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Watch.class);
    /** However fast a target changes, it is not looked at more often than this. */
    private static final Duration BREATH = Duration.ofMillis(5);

    private final AutoCloseable subscription;

    private Watch(AutoCloseable subscription) {
        this.subscription = subscription;
    }

    static Watch of(Target target, Signals signals) {
        try {
            return new Watch(target.watch(signals::wake));
        } catch (RuntimeException e) {
            LOG.debug("Cannot watch {}, polling instead", target.key(), e);
            return new Watch(() -> {});
        }
    }

    void nap(Duration duration, Run run) throws InterruptedException {
        long begun = run.time.nanos();
        run.nap(duration);
        Duration slept = Duration.ofNanos(run.time.nanos() - begun);
        if (slept.compareTo(BREATH) < 0 && slept.compareTo(duration) < 0) {
            run.nap(BREATH);
        }
    }

    @Override
    public void close() {
        try {
            subscription.close();
        } catch (Exception e) {
            LOG.debug("Cannot end a watch; it ends with its target", e);
        }
    }
}
