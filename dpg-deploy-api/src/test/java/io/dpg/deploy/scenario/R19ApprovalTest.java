package io.dpg.deploy.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.dpg.deploy.Environment;
import io.dpg.deploy.RolloutBuilder;
import io.dpg.deploy.RolloutResult;
import io.dpg.deploy.check.ApprovalPolicy;
import io.dpg.deploy.event.Event;
import io.dpg.deploy.strategy.Canary;
import io.dpg.deploy.testkit.SimulatedCrash;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** R19: approvals through a whole rollout, restarts while waiting included. */
class R19ApprovalTest {

    private static final Duration EXPIRES = Duration.ofHours(1);

    private final Stage stage = new Stage();
    private boolean approved;

    @BeforeEach
    void nothingChangesBeforeTheApproval() {
        stage.target.observer((call, slot, routed, seen, with) ->
                assertThat(approved).as(call + " after the approval").isTrue());
    }

    private RolloutBuilder needing(int minimum, boolean silenceIsConsent) {
        return stage.rollout("v2", Canary.standard())
                .environment(Environment.named("production")
                        .approval(new ApprovalPolicy(minimum, EXPIRES, silenceIsConsent))
                        .build());
    }

    private void after(int minutes, Runnable word) {
        stage.time.at(Duration.ofMinutes(minutes), word);
    }

    private void approve(int minutes, String who) {
        after(minutes, () -> stage.another().approve(stage.target, who, "looks good"));
    }

    private void lastApproval(int minutes, String who) {
        after(minutes, () -> {
            approved = true;
            stage.another().approve(stage.target, who, "looks good");
        });
    }

    private void rejected(RolloutResult result, String... why) {
        assertThat(result).as(result.reason()).isInstanceOf(RolloutResult.Rejected.class);
        assertThat(result.reason()).contains(why);
        stage.assertAllOld();
    }

    private void promotedAfter(RolloutResult result, int minutes) {
        assertThat(result.promoted()).as(result.reason()).isTrue();
        assertThat(result.metrics().duration()).isGreaterThan(Duration.ofMinutes(minutes));
        stage.assertAllNew("v2");
    }

    @Test
    void nothingIsTouchedBeforeEnoughPeopleConsented() {
        approve(10, "ann");
        lastApproval(30, "bob");
        RolloutResult result = needing(2, false).execute();
        promotedAfter(result, 30);
        assertThat(stage.seen(Event.GateWaiting.class))
                .anyMatch(e -> e.reason().contains("0 of 2 approvals"))
                .anyMatch(e -> e.reason().contains("1 of 2 approvals (ann: looks good)"));
    }

    @Test
    void silenceRejects() {
        RolloutResult result = needing(1, false).execute();
        rejected(result, "not approved within 1 h: 0 of 1 approval");
        assertThat(result.metrics().duration()).isEqualTo(EXPIRES);
    }

    @Test
    void silenceIsConsentWhereThePolicySaysSo() {
        after(60, () -> approved = true);
        promotedAfter(needing(1, true).execute(), 60);
    }

    @Test
    void whoAskedCannotConsent() {
        approve(10, "Tester ");
        rejected(needing(1, false).execute(), "tester asked for this rollout, so their own consent does not count");
    }

    @Test
    void theSamePersonTwiceIsOnePerson() {
        approve(10, "ann");
        approve(20, "ANN");
        rejected(needing(2, false).execute(), "1 of 2 approvals (ann: looks good)");
    }

    @Test
    void aConsentTakenBackDoesNotCount() {
        approve(10, "ann");
        after(20, () -> stage.another().revoke(stage.target, "ann", "wait"));
        approve(30, "bob");
        rejected(needing(2, false).execute(), "1 of 2 approvals (bob: looks good)");
    }

    @Test
    void oneRejectionEndsItAtOnce() {
        approve(10, "ann");
        after(20, () -> stage.another().reject(stage.target, "bob", "not on a Friday"));
        lastApproval(30, "carl");
        RolloutResult result = needing(2, false).execute();
        rejected(result, "rejected by bob: not on a Friday");
        assertThat(result.metrics().duration()).isLessThan(Duration.ofMinutes(21));
    }

    @Test
    void whatIsSaidAfterTheTimeDoesNotCount() {
        after(61, () -> assertThat(stage.another().approve(stage.target, "ann", ""))
                .as("there is nothing to approve any more")
                .isFalse());
        rejected(needing(1, false).execute(), "not approved within 1 h");
    }

    private void dieWaiting(int minutes, int minimum) {
        after(minutes, () -> {
            throw new SimulatedCrash("while waiting for approval");
        });
        try {
            needing(minimum, false).execute();
            throw new AssertionError("did not die");
        } catch (SimulatedCrash expected) {
            stage.assertAllOld();
        }
    }

    @Test
    void consentGivenBeforeAndAfterARestartCounts() {
        approve(10, "ann");
        dieWaiting(20, 2);
        lastApproval(10, "bob"); // ten minutes after the death
        Optional<RolloutResult> result = stage.another().resume(stage.target).execute();
        assertThat(result).hasValueSatisfying(r -> promotedAfter(r, 30));
    }

    @Test
    void consentGivenWhileNobodyRanItCounts() {
        dieWaiting(20, 1);
        approved = true;
        assertThat(stage.another().approve(stage.target, "ann", "")).isTrue();
        assertThat(stage.another().resume(stage.target).execute())
                .hasValueSatisfying(r -> assertThat(r.promoted()).as(r.reason()).isTrue());
    }

    @Test
    void aRestartGivesNobodyMoreTime() {
        dieWaiting(50, 1);
        Optional<RolloutResult> result = stage.another().resume(stage.target).execute();
        assertThat(result).hasValueSatisfying(r -> {
            rejected(r, "not approved within 1 h");
            assertThat(r.metrics().duration()).isEqualTo(EXPIRES);
        });
    }

    @Test
    void aRejectionWhileNobodyRanItEndsItOnResume() {
        dieWaiting(20, 1);
        stage.another().reject(stage.target, "ann", "no");
        assertThat(stage.another().resume(stage.target).execute())
                .hasValueSatisfying(r -> rejected(r, "rejected by ann: no"));
    }

    @Test
    void anApprovalOfNothingIsNotHeard() {
        assertThat(stage.deployer.approve(stage.target, "ann", "")).isFalse();
        assertThat(stage.deployer.reject(stage.target, "ann", "")).isFalse();
        assertThat(stage.deployer.revoke(stage.target, "ann", "")).isFalse();
    }
}
