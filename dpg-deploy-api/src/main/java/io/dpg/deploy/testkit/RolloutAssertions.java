package io.dpg.deploy.testkit;

import io.dpg.deploy.Group;
import io.dpg.deploy.Observation;
import io.dpg.deploy.RolloutResult;
import java.time.Duration;

/**
 * Assertions about how a rollout ended, for tests of pipelines. They throw {@link AssertionError} with what happened
 * instead, and need no assertion library. For example:
 *
 * <pre>{@code
 * RolloutAssertions.assertThat(result).rolledBack().because("error-rate").serves("1.3.0").within(Duration.ofMinutes(5));
 * }</pre>
 */
public final class RolloutAssertions {

    private final RolloutResult result;

    private RolloutAssertions(RolloutResult result) {
        this.result = result;
    }

    /** Begins to assert something of {@code result}. */
    public static RolloutAssertions assertThat(RolloutResult result) {
        return new RolloutAssertions(result);
    }

    /** Asserts that the release has all traffic. */
    public RolloutAssertions promoted() {
        return ended(RolloutResult.Promoted.class);
    }

    /** Asserts that the release failed and that traffic is back on stable. */
    public RolloutAssertions rolledBack() {
        return ended(RolloutResult.RolledBack.class);
    }

    /** Asserts that somebody stopped the rollout. */
    public RolloutAssertions aborted() {
        return ended(RolloutResult.Aborted.class);
    }

    /** Asserts that the rollout was refused before it changed anything. */
    public RolloutAssertions rejected() {
        return ended(RolloutResult.Rejected.class);
    }

    /** Asserts that a person is needed. */
    public RolloutAssertions stuck() {
        return ended(RolloutResult.Stuck.class);
    }

    private RolloutAssertions ended(Class<? extends RolloutResult> kind) {
        Expect.that(
                kind.isInstance(result),
                "Expected the rollout to end " + kind.getSimpleName() + ", but it ended " + result.outcome() + ": "
                        + result.reason());
        return this;
    }

    /** Asserts that the reason holds {@code text}. */
    public RolloutAssertions because(String text) {
        Expect.that(
                result.reason().contains(text),
                "Expected the reason to hold '" + text + "', but it is: " + result.reason());
        return this;
    }

    /** Asserts that {@code version} had all traffic at the end. */
    public RolloutAssertions serves(String version) {
        Observation observed = result.summary().observed();
        Expect.that(
                observed.serving().map(Group::version).filter(version::equals).isPresent(),
                "Expected " + version + " to have all traffic, but: " + observed);
        return this;
    }

    /** Asserts that the rollout took at most {@code time}, in the time that its deployer goes by. */
    public RolloutAssertions within(Duration time) {
        Expect.that(
                result.metrics().duration().compareTo(time) <= 0,
                "Expected the rollout to take at most " + time + ", but it took "
                        + result.metrics().duration());
        return this;
    }

    /** Asserts that nothing was warned about. */
    public RolloutAssertions withoutWarnings() {
        Expect.that(
                result.summary().warnings().isEmpty(),
                "Expected no warnings, but there are: " + result.summary().warnings());
        return this;
    }
}
