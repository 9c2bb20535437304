package io.dpg.deploy.verify.load;

import io.dpg.deploy.Plan;
import io.dpg.deploy.check.Check;
import io.dpg.deploy.check.CheckContext;
import io.dpg.deploy.check.CheckResult;
import io.dpg.deploy.check.CheckResult.Status;
import io.dpg.deploy.spi.Time;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Sends a load to the group under verification and says whether it copes:
 *
 * <pre>{@code
 * LoadCheck.of(Load.get("/search").rate(100).duration(Duration.ofSeconds(20)))
 *         .maxErrorRate(0.001).p95(Duration.ofMillis(300)).minThroughput(95)
 * LoadCheck.of(Load.get("/search").rate(100)).against(baseline)
 * }</pre>
 *
 * <p>At most 1 % of requests may fail unless {@link #maxErrorRate} says otherwise; everything else is only looked at
 * where it is set. With {@link #against} the figures must also be as good as those of earlier releases.
 *
 * <p>The load is sent once and for as long as it takes, in real time, and must fit into what the rollout allows for
 * verifying ({@code Limits.verify}); where it cannot, nothing is sent. {@link Load#MOST_RATE} and the other bounds of
 * loads hold. A load that was ended before its time is an error, never a pass.
 *
 * <p>Immutable and thread-safe; methods that take a value return a changed copy.
 */
public final class LoadCheck implements Check {

    /** The share of requests that may fail unless {@link #maxErrorRate} says otherwise: {@value}. */
    public static final double DEFAULT_MAX_ERROR_RATE = 0.01;

    private static final Duration WORTH_SAYING = Duration.ofMillis(5);

    private final Load load;
    private final LoadLimits limits;
    private final @Nullable String name;
    private final boolean critical;
    private final @Nullable PerformanceBaseline baseline;

    private LoadCheck(
            Load load,
            LoadLimits limits,
            @Nullable String name,
            boolean critical,
            @Nullable PerformanceBaseline baseline) {
        this.load = load;
        this.limits = limits;
        this.name = name;
        this.critical = critical;
        this.baseline = baseline;
    }

    /**
     * Returns a check that sends {@code load}.
     *
     * @throws IllegalArgumentException if the load is above what is allowed
     */
    public static LoadCheck of(Load load) {
        load.profile();
        return new LoadCheck(load, LoadLimits.DEFAULT, null, true, null);
    }

    /** Returns a copy with another name; default the requests, such as {@code load GET /search}. */
    public LoadCheck named(String name) {
        if (Objects.requireNonNull(name, "name").isBlank()) {
            throw new IllegalArgumentException("The name of a check must not be blank");
        }
        return new LoadCheck(load, limits, name, critical, baseline);
    }

    /** Returns a copy whose failure fails the rollout ({@code true}, the default) or is only reported. */
    public LoadCheck critical(boolean critical) {
        return new LoadCheck(load, limits, name, critical, baseline);
    }

    /** Returns a copy of which this share of requests may fail, 0.01 for one in a hundred, the default. */
    public LoadCheck maxErrorRate(double share) {
        return with(limits.maxErrorRate(share));
    }

    /** Returns a copy whose median latency must be at most this. */
    public LoadCheck p50(Duration most) {
        return with(limits.p50(most));
    }

    /** Returns a copy of which 95 % of requests must take at most this. */
    public LoadCheck p95(Duration most) {
        return with(limits.p95(most));
    }

    /** Returns a copy of which 99 % of requests must take at most this. */
    public LoadCheck p99(Duration most) {
        return with(limits.p99(most));
    }

    /** Returns a copy that must get so many good answers a second; below the load's rate, or it can never be. */
    public LoadCheck minThroughput(double perSecond) {
        return with(limits.minThroughput(perSecond, load.profile().rate()));
    }

    /** Returns a copy that is also held against {@code baseline}, in the profile of the check's name. */
    public LoadCheck against(PerformanceBaseline baseline) {
        return new LoadCheck(load, limits, name, critical, Objects.requireNonNull(baseline, "baseline"));
    }

    @Override
    public String name() {
        return name == null ? "load " + load : name;
    }

    @Override
    public boolean critical() {
        return critical;
    }

    @Override
    public CheckResult run(CheckContext context) throws InterruptedException {
        URI base = context.base();
        Duration needed = load.profile().warmUp().plus(load.profile().duration());
        if (base == null) {
            String slot = context.slot().name().toLowerCase(Locale.ROOT);
            return error("the target has no place where " + slot + " can be reached", Duration.ZERO);
        } else if (needed.compareTo(context.remaining()) > 0) {
            return error(
                    "Tried to send a load of " + Plan.text(needed) + ", but only " + Plan.text(context.remaining())
                            + " are left to verify; make it shorter or set Limits.verify",
                    Duration.ZERO);
        }
        long begun = Time.system().nanos();
        try {
            LoadResult result = load.run(base, context.remaining());
            return judge(result, Duration.ofNanos(Time.system().nanos() - begun));
        } catch (IllegalArgumentException e) {
            return error(String.valueOf(e.getMessage()), Duration.ZERO);
        }
    }

    private CheckResult judge(LoadResult result, Duration took) {
        List<String> faults = limits.faults(result);
        if (result.requests() == 0 || !result.complete()) {
            return error("the load did not come to its end: " + result, took);
        } else if (!faults.isEmpty()) {
            return found(Status.FAILED, String.join("; ", faults) + " (" + result + late(result) + ")", took);
        } else if (baseline == null) {
            return found(Status.PASSED, result + late(result), took);
        } else if (result.histogram().getTotalCount() == 0) {
            return error("no request has a latency to hold against the baseline: " + result, took);
        }
        Performance measured = result.performance();
        Comparison comparison = baseline.compare(name(), measured);
        if (comparison.good()) {
            baseline.measured(name(), took, measured);
        }
        return switch (comparison.outcome()) {
            case GOOD -> found(Status.PASSED, comparison.text() + late(result), took);
            case WORSE -> found(Status.FAILED, comparison.text() + " (" + result + late(result) + ")", took);
            case UNKNOWN -> error(comparison.text(), took);
        };
    }

    /** Says so where a good part of the latencies may be due to this host rather than to the server. */
    private static String late(LoadResult result) {
        boolean much = result.ownDelay().compareTo(WORTH_SAYING) > 0
                && result.ownDelay().multipliedBy(5).compareTo(result.p99()) > 0;
        return much ? "; of which this host was itself late by up to " + Millis.text(result.ownDelay()) : "";
    }

    private CheckResult error(String message, Duration took) {
        return found(Status.ERROR, message, took);
    }

    private CheckResult found(Status status, String message, Duration took) {
        return new CheckResult(name(), status, message, took, 1, critical, List.of());
    }

    private LoadCheck with(LoadLimits other) {
        return new LoadCheck(load, other, name, critical, baseline);
    }

    /** Returns the name. */
    @Override
    public String toString() {
        return name();
    }
}
