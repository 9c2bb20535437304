package io.dpg.deploy.testkit;

import io.dpg.deploy.strategy.BlueGreen;
import io.dpg.deploy.strategy.Canary;
import io.dpg.deploy.strategy.Rolling;
import io.dpg.deploy.strategy.Strategy;
import java.time.Duration;
import java.util.SplittableRandom;

/** What kind of world a {@link SimulatedRollout} plays in: drawn once. */
record World(
        boolean first,
        int instances,
        int replicas,
        Strategy strategy,
        Behaviour behaviour,
        boolean check,
        boolean analysis,
        boolean watch,
        boolean ratio,
        double mishaps,
        double forbidden,
        double crashes,
        double others,
        double byHand,
        boolean people,
        boolean historyGone,
        boolean gate,
        Migrating migration,
        Duration drain) {

    /** What a migration does to stable. */
    enum Migrating {
        NONE,
        COMPATIBLE,
        UNDOABLE,
        BREAKING
    }

    /** Returns whether something may happen after which nobody but a person can help. */
    boolean hostile() {
        boolean breaks = migration == Migrating.UNDOABLE || migration == Migrating.BREAKING;
        return forbidden > 0 || byHand > 0 || historyGone || first || breaks;
    }

    static World draw(SplittableRandom random) {
        int instances = 1 + random.nextInt(5);
        Duration bake = Duration.ofSeconds(random.nextInt(4) == 0 ? 0 : 30 + random.nextInt(120));
        boolean analysis = !bake.isZero() && random.nextBoolean();
        Strategy strategy =
                switch (random.nextInt(4)) {
                    case 0 ->
                        random.nextBoolean()
                                ? BlueGreen.standard().bakeTime(bake)
                                : BlueGreen.standard().bakeTime(bake).retireAfter(Duration.ofSeconds(20));
                    case 1 -> Canary.weights(10, 25, 50, 75, 100).bakeTime(bake).finalBakeTime(bake);
                    case 2 ->
                        Canary.linear(10 + random.nextInt(60), bake)
                                .finalBakeTime(bake)
                                .keepOld();
                    default ->
                        Rolling.batches(1 + random.nextInt(2)).bakeTime(bake).finalBakeTime(bake);
                };
        double none = 0;
        return new World(
                random.nextInt(20) == 0,
                instances,
                random.nextInt(5) == 0 ? 1 + random.nextInt(6) : instances,
                strategy,
                behaviour(random),
                random.nextInt(3) > 0,
                analysis,
                random.nextInt(4) == 0,
                random.nextInt(3) == 0,
                random.nextBoolean() ? none : random.nextDouble() * 0.2,
                random.nextInt(10) == 0 ? 0.05 : none,
                random.nextInt(3) == 0 ? 0.03 : none,
                random.nextInt(6) == 0 ? 0.1 : none,
                random.nextInt(10) == 0 ? 0.01 : none,
                random.nextInt(3) == 0,
                random.nextInt(30) == 0,
                random.nextInt(5) == 0,
                random.nextInt(4) == 0 ? Migrating.values()[1 + random.nextInt(3)] : Migrating.NONE,
                Duration.ofSeconds(random.nextInt(3) * 15L));
    }

    private static Behaviour behaviour(SplittableRandom random) {
        Behaviour good = Behaviour.GOOD.readyAfter(Duration.ofMillis(random.nextInt(20_000)));
        return switch (random.nextInt(10)) {
            case 0 -> good.neverReady();
            case 1 -> good.neverReady().crashesAfter(Duration.ofMillis(random.nextInt(5_000)));
            case 2 -> good.crashesAfter(Duration.ofMillis(random.nextInt(400_000)));
            case 3 -> good.unhealthy();
            case 4 -> good.errorRatio(0.3);
            case 5 -> random.nextBoolean() ? good.withoutMetrics() : good.errorRatio(Double.NaN);
            default -> good;
        };
    }
}
