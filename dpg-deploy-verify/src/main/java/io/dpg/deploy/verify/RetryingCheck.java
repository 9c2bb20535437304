package io.dpg.deploy.verify;

import io.dpg.deploy.check.Check;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the checks of this package have in common: they look again, with growing pauses, until it looked well often
 * enough in a row, it cannot any more, or time is up.
 *
 * <p>Immutable and thread-safe; methods that take a value return a changed copy.
 *
 * @param <C> the check
 */
public abstract sealed class RetryingCheck<C extends RetryingCheck<C>> implements Check
        permits HttpCheck, TcpCheck, CodeCheck {

    final Common common;

    RetryingCheck(Common common) {
        this.common = common;
    }

    /** The settings, apart from what is looked at. */
    record Common(@Nullable String name, boolean critical, Attempts attempts) {
        static final Common DEFAULT = new Common(null, true, Attempts.DEFAULT);

        Common with(Attempts others) {
            return new Common(name, critical, others);
        }
    }

    abstract C with(Common other);

    abstract String defaultName();

    /**
     * Returns a copy with another name.
     *
     * @throws IllegalArgumentException if it is blank
     */
    public final C named(String name) {
        if (Objects.requireNonNull(name, "name").isBlank()) {
            throw new IllegalArgumentException("The name of a check must not be blank");
        }
        return with(new Common(name, common.critical, common.attempts));
    }

    /** Returns a copy that fails the rollout ({@code true}, the default) or is only reported. */
    public final C critical(boolean critical) {
        return with(new Common(common.name, critical, common.attempts));
    }

    /** Returns a copy that gives up on a single look after {@code timeout}; default 10 seconds. */
    public final C timeout(Duration timeout) {
        return with(common.with(common.attempts.timeout(timeout)));
    }

    /** Returns a copy that keeps looking for at most {@code limit}; default 300 seconds, and what the rollout allows. */
    public final C within(Duration limit) {
        return with(common.with(common.attempts.within(limit)));
    }

    /** Returns a copy that pauses so long between looks, doubling; default 200 milliseconds up to 5 seconds. */
    public final C backoff(Duration first, Duration longest) {
        return with(common.with(common.attempts.backoff(first, longest)));
    }

    /** Returns a copy that passes after so many good looks in a row, the first pause apart; default 1. */
    public final C successes(int inRow) {
        return with(common.with(common.attempts.successes(inRow)));
    }

    /**
     * Returns a copy that fails at its {@code bad}-th bad look; default: only when time is up. Counted are all bad looks
     * and not those in a row: of a server that answers badly every fifth time, five good answers in a row come about
     * sooner or later, and only the count of all says that it is not well. Looks at an application that is still
     * starting count as well, so this is for what should answer already.
     */
    public final C failAfter(int bad) {
        return with(common.with(common.attempts.failAfter(bad)));
    }

    @Override
    public final String name() {
        return common.name != null ? common.name : defaultName();
    }

    @Override
    public final boolean critical() {
        return common.critical;
    }

    /** Returns the name. */
    @Override
    public final String toString() {
        return name();
    }
}
