package io.dpg.deploy.check;

import static io.dpg.deploy.spi.Message.Kind.APPROVE;
import static io.dpg.deploy.spi.Message.Kind.PROMOTE;
import static io.dpg.deploy.spi.Message.Kind.REJECT;
import static io.dpg.deploy.spi.Message.Kind.REVOKE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dpg.deploy.Plan;
import io.dpg.deploy.Release;
import io.dpg.deploy.Slot;
import io.dpg.deploy.spi.Message;
import io.dpg.deploy.testkit.VirtualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ApprovalTest {

    static final Plan PLAN = new Plan(
            "sim:shop",
            "shop",
            "2.0.0",
            "rolling",
            null,
            Slot.BLUE,
            1,
            List.of(),
            new Plan.Rollback(false, false, "nothing to return to"),
            List.of());

    private static final Duration DAY = Duration.ofHours(24);

    private final VirtualTime time = new VirtualTime();
    private final Instant began = time.now();
    private final List<Message> messages = new ArrayList<>();
    private Approval approval = Approval.of(ApprovalPolicy.DEFAULT);

    private GateContext context() {
        return new GateContext("r-1", Release.of("shop", "2.0.0"), PLAN, "Rita", began, time.now(), messages);
    }

    private GateDecision evaluate() {
        return approval.evaluate(context());
    }

    private void say(Message.Kind kind, String by, String comment) {
        time.advance(Duration.ofMinutes(1));
        messages.add(new Message(kind, by, comment, time.now()));
    }

    private void needs(int minimum) {
        approval = Approval.of(new ApprovalPolicy(minimum, DAY, false));
    }

    @Test
    void waitsUntilSomebodyConsents() {
        assertThat(evaluate()).isEqualTo(GateDecision.waiting("0 of 1 approval; waiting until 2026-01-02T00:00:00Z"));
        say(APPROVE, "Alice", "looks good");
        assertThat(evaluate()).isEqualTo(GateDecision.open("approved by Alice: looks good"));
    }

    @Test
    void needsAsManyDifferentPeopleAsThePolicySays() {
        needs(2);
        say(APPROVE, "Alice", "");
        assertThat(evaluate().reason()).startsWith("1 of 2 approvals (Alice)");
        say(APPROVE, " alice ", "once more");
        say(APPROVE, "ALICE", "");
        assertThat(evaluate().state()).isEqualTo(GateDecision.State.WAITING);
        say(APPROVE, "Bob", "");
        assertThat(evaluate()).isEqualTo(GateDecision.open("approved by Alice, Bob"));
    }

    @Test
    void theRequestersOwnConsentDoesNotCountAndSaysSo() {
        say(APPROVE, " RITA", "it is fine, trust me");
        assertThat(evaluate().state()).isEqualTo(GateDecision.State.WAITING);
        assertThat(evaluate().reason()).contains("Rita asked for this rollout", "own consent does not count");
        say(REVOKE, "rita", "");
        assertThat(evaluate().reason()).doesNotContain("own consent");
    }

    @Test
    void aConsentWithoutANameDoesNotCount() {
        say(APPROVE, "  ", "");
        assertThat(evaluate().state()).isEqualTo(GateDecision.State.WAITING);
        assertThat(evaluate().reason()).contains("without a name does not count");
    }

    @Test
    void aConsentCanBeTakenBackAndGivenAgain() {
        needs(2);
        say(APPROVE, "Alice", "");
        say(REVOKE, "ALICE", "wrong rollout");
        say(APPROVE, "Bob", "");
        assertThat(evaluate().reason()).startsWith("1 of 2 approvals (Bob)");
        say(APPROVE, "Alice", "right after all");
        assertThat(evaluate().state()).isEqualTo(GateDecision.State.OPEN);
    }

    @Test
    void oneRejectionEndsItWhateverTheOthersSay() {
        say(APPROVE, "Alice", "");
        say(REJECT, "Bob", "freeze week");
        say(APPROVE, "Carol", "");
        assertThat(evaluate()).isEqualTo(GateDecision.closed("rejected by Bob: freeze week"));
    }

    @Test
    void theRequesterMayReject() {
        say(REJECT, "Rita", "");
        assertThat(evaluate().state()).isEqualTo(GateDecision.State.CLOSED);
    }

    @Test
    void silenceRejectsByDefault() {
        time.advance(DAY.minusNanos(1));
        assertThat(evaluate().state()).isEqualTo(GateDecision.State.WAITING);
        time.advance(Duration.ofNanos(1));
        assertThat(evaluate().state()).isEqualTo(GateDecision.State.CLOSED);
        assertThat(evaluate().reason()).startsWith("not approved within 1 d: 0 of 1 approval");
    }

    @Test
    void silenceIsConsentWhereThePolicySaysSoButARejectionStillCounts() {
        approval = Approval.of(new ApprovalPolicy(1, DAY, true));
        assertThat(evaluate().state()).isEqualTo(GateDecision.State.WAITING);
        time.advance(DAY);
        assertThat(evaluate().state()).isEqualTo(GateDecision.State.OPEN);
        messages.add(new Message(REJECT, "Bob", "", began.plusSeconds(1)));
        assertThat(evaluate().state()).isEqualTo(GateDecision.State.CLOSED);
    }

    @Test
    void aConsentAfterTheTimeIsUpDoesNotCount() {
        time.advance(DAY);
        say(APPROVE, "Alice", "");
        assertThat(evaluate().state()).isEqualTo(GateDecision.State.CLOSED);
    }

    @Test
    void aConsentGivenInTimeCountsThoughItIsReadLate() {
        say(APPROVE, "Alice", "");
        time.advance(DAY.multipliedBy(3));
        assertThat(evaluate().state()).isEqualTo(GateDecision.State.OPEN);
    }

    @Test
    void anotherProcessThatReadsTheSameMessagesDecidesAlike() {
        needs(2);
        say(APPROVE, "Alice", "");
        GateDecision before = evaluate();
        approval = Approval.of(new ApprovalPolicy(2, DAY, false));
        assertThat(evaluate()).isEqualTo(before);
    }

    @Test
    void promotingIsNoConsent() {
        say(PROMOTE, "Alice", "");
        assertThat(evaluate().state()).isEqualTo(GateDecision.State.WAITING);
    }

    @Test
    void thePolicyEndsTheWaitBeforeTheLimitDoes() {
        assertThat(approval.limit()).isGreaterThan(DAY);
        assertThat(Approval.of(new ApprovalPolicy(1, Duration.ofMillis(50), false))
                        .interval())
                .isLessThan(Duration.ofMillis(50));
        assertThat(approval.interval()).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void everyApproverIsAskedAlsoWhenOneFails() {
        List<ProgrammaticApprover.Pending> pending = new ArrayList<>();
        List<Message> answers = new ArrayList<>();
        approval = approval.askingOn(
                (request, answer) -> {
                    throw new IllegalStateException("chat is down");
                },
                ProgrammaticApprover.calling(pending::add).at(time));
        assertThatThrownBy(() -> approval.waitingStarts(context(), answers::add))
                .hasMessage("chat is down");
        assertThat(pending).hasSize(1);
        assertThat(pending.get(0).request().expiresAt()).isEqualTo(began.plus(DAY));
        assertThat(pending.get(0).request().plan()).isSameAs(PLAN);
        pending.get(0).approve("Alice", "ok");
        pending.get(0).revoke("Alice", "");
        pending.get(0).reject("Bob", "no");
        assertThat(answers)
                .containsExactly(
                        new Message(APPROVE, "Alice", "ok", began),
                        new Message(REVOKE, "Alice", "", began),
                        new Message(REJECT, "Bob", "no", began));
    }

    @Test
    void aBlankNameIsRefused() {
        assertThatThrownBy(() -> approval.named(" ")).isInstanceOf(IllegalArgumentException.class);
        assertThat(approval.named("four eyes").name()).isEqualTo("four eyes");
    }
}
