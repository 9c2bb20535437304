package io.dpg.deploy.spi;

import io.dpg.deploy.Plan;
import java.time.Duration;
import java.util.Objects;

/**
 * How a platform that brings a release and shifts the traffic itself is to do it.
 *
 * @param kind in how many steps
 * @param percent the first share of a canary, or each step of a linear shift; 100 for all at once
 * @param every how long each share below 100 % is watched; zero for all at once
 * @param bake how long the old group lives on once the release has all traffic
 */
public record Shifting(Kind kind, int percent, Duration every, Duration bake) {

    /** In how many steps traffic moves. */
    public enum Kind {
        /** In one. */
        ALL_AT_ONCE,
        /** In two: a small share first. */
        CANARY,
        /** In equal ones. */
        LINEAR
    }

    /** Checks the values. */
    public Shifting {
        Objects.requireNonNull(kind, "kind");
        if (percent < 1 || percent > 100) {
            throw new IllegalArgumentException("percent must be within 1 to 100, but is " + percent);
        }
        if (every.isNegative() || bake.isNegative()) {
            throw new IllegalArgumentException("Times must not be negative, but are " + every + " and " + bake);
        }
    }

    /** Returns how many steps it takes until the release has all traffic. */
    public int steps() {
        return kind == Kind.CANARY ? 2 : (100 + percent - 1) / percent;
    }

    /** Returns how long the shift takes, the last watch included. */
    public Duration total() {
        return every.multipliedBy(steps() - 1L).plus(bake);
    }

    /** Returns what it is, for people. */
    public String describe() {
        String watched = ", watched for " + Plan.text(bake);
        return switch (kind) {
            case ALL_AT_ONCE -> "all traffic at once" + watched;
            case CANARY -> percent + " % for " + Plan.text(every) + ", then all" + watched;
            case LINEAR -> percent + " % more every " + Plan.text(every) + watched;
        };
    }
}
