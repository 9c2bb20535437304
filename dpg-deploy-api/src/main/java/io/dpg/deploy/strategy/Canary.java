package io.dpg.deploy.strategy;

import io.dpg.deploy.Fault;
import io.dpg.deploy.Group;
import io.dpg.deploy.Plan;
import io.dpg.deploy.Step;
import io.dpg.deploy.spi.Capability;
import io.dpg.deploy.spi.Shifting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Gives the release a growing share of the traffic and watches it at each. Instances of the candidate grow with its
 * share. Immutable.
 */
public final class Canary implements Strategy {

    /** How long each share is watched unless {@link #bakeTime} says otherwise: 15 minutes. */
    public static final Duration DEFAULT_BAKE_TIME = Duration.ofMinutes(15);

    /** How long the end is watched with both groups alive unless {@link #finalBakeTime} says otherwise: 5 minutes. */
    public static final Duration DEFAULT_FINAL_BAKE_TIME = Duration.ofMinutes(5);

    /** How far a share that is approximated may be from what was asked for, in percentage points; the engine's as well. */
    private static final int TOLERATED = 20;

    private final List<Integer> weights;
    private final Duration bakeTime;
    private final Duration finalBakeTime;
    private final boolean keepOld;

    private Canary(List<Integer> weights, Duration bakeTime, Duration finalBakeTime, boolean keepOld) {
        this.weights = weights;
        this.bakeTime = bakeTime;
        this.finalBakeTime = finalBakeTime;
        this.keepOld = keepOld;
    }

    /** Returns the strategy with its defaults: 10, 25, 50, 75, 100 %. */
    public static Canary standard() {
        return weights(10, 25, 50, 75, 100);
    }

    /**
     * Returns a canary with these shares of traffic in percent, rising, the last one 100.
     *
     * @throws IllegalArgumentException if they are not
     */
    public static Canary weights(int... percent) {
        List<Integer> list = Arrays.stream(percent).boxed().toList();
        boolean rising = IntStream.range(1, percent.length).allMatch(i -> percent[i] > percent[i - 1]);
        if (list.isEmpty() || percent[0] < 1 || !rising || percent[percent.length - 1] != 100) {
            throw new IllegalArgumentException(
                    "Weights must rise from at least 1 to 100, such as 10, 25, 50, 75, 100, but are " + list);
        }
        return new Canary(list, DEFAULT_BAKE_TIME, DEFAULT_FINAL_BAKE_TIME, false);
    }

    /**
     * Returns a canary with equal steps of {@code percent}, each watched for {@code every}.
     *
     * @throws IllegalArgumentException if {@code percent} is not within 1 to 100
     */
    public static Canary linear(int percent, Duration every) {
        if (percent < 1 || percent > 100) {
            throw new IllegalArgumentException("A linear step must be within 1 to 100 %, but is " + percent);
        }
        int steps = (100 + percent - 1) / percent;
        return weights(IntStream.rangeClosed(1, steps)
                        .map(i -> Math.min(100, i * percent))
                        .toArray())
                .bakeTime(every);
    }

    /** Returns a copy that watches each share below 100 % for {@code time}. */
    public Canary bakeTime(Duration time) {
        return new Canary(weights, Steps.notNegative("bakeTime", time), finalBakeTime, keepOld);
    }

    /** Returns a copy that watches for {@code time} once the release has all traffic, with both groups alive. */
    public Canary finalBakeTime(Duration time) {
        return new Canary(weights, bakeTime, Steps.notNegative("finalBakeTime", time), keepOld);
    }

    /** Returns a copy that leaves the old group running for instant rollback; default: it is retired. */
    public Canary keepOld() {
        return new Canary(weights, bakeTime, finalBakeTime, true);
    }

    @Override
    public String describe() {
        String list = weights.stream().map(String::valueOf).collect(Collectors.joining(", "));
        return "canary " + list + " %, each watched for " + Plan.text(bakeTime);
    }

    @Override
    public List<Fault> validate(Situation situation) {
        List<Fault> faults = new ArrayList<>();
        Steps.require(
                faults, situation, describe(), Capability.TWO_GROUPS, "the target cannot run two groups; use Rolling");
        if (!situation.can(Capability.WEIGHTED_TRAFFIC) && !situation.can(Capability.APPROXIMATE_TRAFFIC)) {
            faults.add(new Fault("strategy", describe(), "the target cannot split traffic; use BlueGreen"));
        }
        if (!situation.can(Capability.WEIGHTED_TRAFFIC)) {
            unreachable(situation).ifPresent(why -> faults.add(new Fault("strategy", describe(), why)));
        }
        Steps.noLoneAnalysis(faults, situation, bakeTime.plus(finalBakeTime), "bakeTime");
        return faults;
    }

    /** Returns why a share is too far from what a few instances can take, where shares follow the number of instances. */
    private Optional<String> unreachable(Situation situation) {
        if (situation.stable().isEmpty()) {
            return Optional.empty();
        }
        int old = situation.stable().orElseThrow().desired();
        for (int weight : weights) {
            int candidates = Group.needed(weight, situation.replicas());
            int nearest = nearest(weight, candidates, old);
            if (weight < 100 && Math.abs(nearest - weight) > TOLERATED) {
                return Optional.of("the target gives shares by the number of instances, and the nearest to " + weight
                        + " % of " + situation.replicas() + " is " + nearest
                        + " %; ask for that, run more instances, or give the target a router");
            }
        }
        return Optional.empty();
    }

    private static int nearest(int weight, int candidates, int old) {
        int nearest = 100;
        for (int candidate = 1; candidate <= candidates; candidate++) {
            for (int stable = 1; stable <= old; stable++) {
                int share = Math.round(100f * candidate / (candidate + stable));
                if (Math.abs(share - weight) < Math.abs(nearest - weight)) {
                    nearest = share;
                }
            }
        }
        return nearest;
    }

    @Override
    public List<Step> steps(Situation situation) {
        if (situation.stable().isEmpty()) {
            return Steps.first(situation, finalBakeTime);
        }
        Steps steps = new Steps(situation);
        for (int weight : weights) {
            steps.launchFor(weight);
            if (weight == weights.get(0)) {
                steps.verifyPreview();
            }
            steps.shift(weight);
            if (weight < 100) {
                steps.bake(situation.candidate(), bakeTime);
            }
        }
        steps.verify(situation.candidate(), true)
                .bake(situation.candidate(), finalBakeTime)
                .drain(situation.candidate().other());
        return keepOld
                ? steps.list()
                : steps.retire(situation.candidate().other()).list();
    }

    /** Platforms know one share and then all, or equal steps. */
    @Override
    public Strategy byPlatform() {
        int first = weights.get(0);
        if (keepOld) {
            return ByPlatform.impossible(this, "the target's platform ends the old group itself; leave keepOld() out");
        }
        if (weights.size() == 1) {
            return ByPlatform.shifting(
                    this, new Shifting(Shifting.Kind.ALL_AT_ONCE, 100, Duration.ZERO, finalBakeTime));
        }
        if (weights.size() == 2) {
            return ByPlatform.shifting(this, new Shifting(Shifting.Kind.CANARY, first, bakeTime, finalBakeTime));
        }
        boolean equal =
                IntStream.range(0, weights.size()).allMatch(i -> weights.get(i) == Math.min(100, first * (i + 1)));
        return equal
                ? ByPlatform.shifting(this, new Shifting(Shifting.Kind.LINEAR, first, bakeTime, finalBakeTime))
                : ByPlatform.impossible(
                        this,
                        "the target's platform shifts traffic itself, and knows one share before all, such as"
                                + " weights(10, 100), or equal steps, such as linear(25, …); ask for one of them, or let"
                                + " the target's traffic be shifted by this library");
    }

    @Override
    public boolean keepsOld() {
        return keepOld;
    }
}
