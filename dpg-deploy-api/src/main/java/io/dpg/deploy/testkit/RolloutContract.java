package io.dpg.deploy.testkit;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.dpg.deploy.Deployer;
import io.dpg.deploy.Environment;
import io.dpg.deploy.Group;
import io.dpg.deploy.Journals;
import io.dpg.deploy.Limits;
import io.dpg.deploy.Release;
import io.dpg.deploy.RolloutBuilder;
import io.dpg.deploy.RolloutResult;
import io.dpg.deploy.spi.Capability;
import io.dpg.deploy.spi.Journal;
import io.dpg.deploy.strategy.BlueGreen;
import io.dpg.deploy.strategy.Canary;
import io.dpg.deploy.strategy.Rolling;
import io.dpg.deploy.strategy.Strategy;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Whole rollouts on a provider's target, good ones and bad ones, on top of what {@link TargetContract} tests singly. */
public abstract class RolloutContract extends TargetContract {

    private final Journal journal = Journals.inMemory();

    /** Made by the test framework, for each test anew. */
    protected RolloutContract() {}

    private Deployer deployer() {
        Deployer.Builder builder = Deployer.builder().journal(journal).time(time());
        return time() instanceof VirtualTime ? builder.executor(Runnable::run).build() : builder.build();
    }

    /** Returns the drain time of the rollouts; default 1 second. */
    protected Duration drain() {
        return Duration.ofSeconds(1);
    }

    private RolloutResult roll(Deployer deployer, Release release, Strategy strategy) {
        RolloutBuilder builder = deployer.rollout(target())
                .release(release)
                .strategy(strategy)
                .environment(new Environment(
                        "contract",
                        2,
                        environment().resources(),
                        environment().variables(),
                        environment().secrets(),
                        environment().branches(),
                        null))
                .limits(Limits.DEFAULT.drain(drain()));
        return builder.execute();
    }

    private void goodThenBad(Strategy strategy) {
        try (Deployer deployer = deployer()) {
            promoted(roll(deployer, good("1.0.0"), BlueGreen.standard().bakeTime(Duration.ZERO)));
            promoted(roll(deployer, good("2.0.0"), strategy));
            serves("2.0.0");
            RolloutResult bad = roll(deployer, crashing("3.0.0"), strategy);
            Expect.that(bad instanceof RolloutResult.RolledBack, "a crashing release ended " + bad);
            serves("2.0.0");
            promoted(deployer.rollback(target()).execute());
            serves("1.0.0");
        }
    }

    private static void promoted(RolloutResult result) {
        Expect.that(result.promoted(), "a good release ended " + result);
    }

    private void serves(String version) {
        Group group = target().observe()
                .serving()
                .orElseThrow(() -> new AssertionError("nothing has all traffic: " + target().observe()));
        Expect.that(group.version().equals(version) && group.ready() >= 2, version + " should serve, but " + group);
    }

    @Test
    void blueGreenPromotesGoodReleasesTakesBackBadOnesAndRollsBack() {
        assumeTrue(target().capabilities().contains(Capability.TWO_GROUPS), "one group only");
        goodThenBad(BlueGreen.standard().bakeTime(Duration.ofSeconds(1)));
    }

    @Test
    void canaryPromotesGoodReleasesTakesBackBadOnesAndRollsBack() {
        assumeTrue(
                target().capabilities().contains(Capability.WEIGHTED_TRAFFIC)
                        || target().capabilities().contains(Capability.APPROXIMATE_TRAFFIC),
                "traffic cannot be split");
        goodThenBad(Canary.weights(50, 100).bakeTime(Duration.ofSeconds(1)).finalBakeTime(Duration.ofSeconds(1)));
    }

    @Test
    void rollingPromotesGoodReleasesTakesBackBadOnesAndRollsBack() {
        assumeTrue(target().capabilities().contains(Capability.IN_PLACE_UPDATE), "not in place");
        goodThenBad(Rolling.standard());
    }
}
