package io.dpg.deploy.strategy;

import io.dpg.deploy.Fault;
import io.dpg.deploy.Plan;
import io.dpg.deploy.Step;
import io.dpg.deploy.spi.Capability;
import io.dpg.deploy.spi.Shifting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Launches the release beside the one that serves, checks it, switches all traffic at once, watches, and keeps the old
 * group running for instant rollback. Immutable.
 */
public final class BlueGreen implements Strategy {

    /** How long both groups are watched after the switch unless {@link #bakeTime} says otherwise: 5 minutes. */
    public static final Duration DEFAULT_BAKE_TIME = Duration.ofMinutes(5);

    private final Duration bakeTime;
    private final @Nullable Duration retireAfter;

    private BlueGreen(Duration bakeTime, @Nullable Duration retireAfter) {
        this.bakeTime = bakeTime;
        this.retireAfter = retireAfter;
    }

    /** Returns the strategy with its defaults: watch 5 minutes, keep the old group. */
    public static BlueGreen standard() {
        return new BlueGreen(DEFAULT_BAKE_TIME, null);
    }

    /** Returns a copy that watches for {@code time} after the switch; zero not to watch. */
    public BlueGreen bakeTime(Duration time) {
        return new BlueGreen(Steps.notNegative("bakeTime", time), retireAfter);
    }

    /**
     * Returns a copy that retires the old group {@code time} after the watch. Default: the old group is kept until the
     * next rollout needs its slot.
     */
    public BlueGreen retireAfter(Duration time) {
        return new BlueGreen(bakeTime, Steps.notNegative("retireAfter", time));
    }

    @Override
    public String describe() {
        return "blue-green, watched for " + Plan.text(bakeTime);
    }

    @Override
    public List<Fault> validate(Situation situation) {
        List<Fault> faults = new ArrayList<>();
        Steps.require(
                faults, situation, describe(), Capability.TWO_GROUPS, "the target cannot run two groups; use Rolling");
        Steps.noLoneAnalysis(faults, situation, bakeTime, "bakeTime");
        return faults;
    }

    @Override
    public List<Step> steps(Situation situation) {
        if (situation.stable().isEmpty()) {
            return Steps.first(situation, bakeTime);
        }
        Steps steps = new Steps(situation)
                .launchFor(100)
                .verifyPreview()
                .shift(100)
                .verify(situation.candidate(), true)
                .bake(situation.candidate(), bakeTime)
                .drain(situation.candidate().other());
        if (retireAfter != null) {
            if (!retireAfter.isZero()) {
                steps.list()
                        .add(new Step.Bake(
                                situation.candidate(), retireAfter, List.of(), Steps.bakeLimit(retireAfter, false)));
            }
            steps.retire(situation.candidate().other());
        }
        return steps.list();
    }

    /** The platform ends the old group after the watch: neither {@code retireAfter} nor an old group to keep. */
    @Override
    public Strategy byPlatform() {
        return retireAfter == null || retireAfter.isZero()
                ? ByPlatform.shifting(this, new Shifting(Shifting.Kind.ALL_AT_ONCE, 100, Duration.ZERO, bakeTime))
                : ByPlatform.impossible(
                        this,
                        "the target's platform ends the old group when bakeTime is over; make bakeTime longer instead of"
                                + " retireAfter");
    }

    @Override
    public boolean keepsOld() {
        return retireAfter == null;
    }
}
