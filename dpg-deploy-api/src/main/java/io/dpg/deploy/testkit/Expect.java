package io.dpg.deploy.testkit;

import io.dpg.deploy.Observation;
import io.dpg.deploy.spi.Target;
import io.dpg.deploy.spi.Time;
import java.time.Duration;
import java.util.function.Predicate;

/** Assertions of the compatibility kits, which bring no assertion library along. */
final class Expect {

    private Expect() {}

    static void that(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }

    static <E extends Throwable> E thrown(Class<E> kind, String what, Runnable call) {
        try {
            call.run();
        } catch (Throwable e) {
            if (kind.isInstance(e)) {
                return kind.cast(e);
            }
            throw new AssertionError(what + " should throw " + kind.getSimpleName() + ", but threw " + e, e);
        }
        throw new AssertionError(what + " should throw " + kind.getSimpleName() + ", but returned");
    }

    /** Looks at {@code target} until {@code shown} or {@code patience} is over. */
    static Observation shown(Target target, Time time, Duration patience, String what, Predicate<Observation> shown) {
        long end = time.nanos() + patience.toNanos();
        Duration pause = Duration.ofMillis(20);
        while (true) {
            Observation now = target.observe();
            if (shown.test(now)) {
                return now;
            }
            that(time.nanos() < end, what + " should show within " + patience + ", but: " + now);
            try {
                time.sleep(pause);
                pause = pause.toMillis() < 400 ? pause.multipliedBy(5).dividedBy(4) : pause;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted while waiting until " + what, e);
            }
        }
    }
}
