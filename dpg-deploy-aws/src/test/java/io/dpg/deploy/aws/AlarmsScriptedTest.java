package io.dpg.deploy.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dpg.deploy.check.Analysis;
import io.dpg.deploy.check.AnalysisContext;
import io.dpg.deploy.check.GateDecision;
import io.dpg.deploy.check.GateDecision.State;
import io.dpg.deploy.check.Judgement;
import io.dpg.deploy.check.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Alarms' states, times and faults, as CloudWatch would answer. */
class AlarmsScriptedTest {

    private static final Instant BEGAN = Instant.parse("2026-01-01T12:00:00Z");
    private static final String BEFORE = "2026-01-01T11:59:00Z";
    private static final String AFTER = "2026-01-01T12:01:00Z";

    private final ScriptedCloudWatch aws = new ScriptedCloudWatch();

    @AfterEach
    void close() {
        aws.close();
    }

    @Test
    void anAlarmThatFiresAfterTheWatchBeganFailsWithItsReason() throws Exception {
        aws.alarm("errors", "ALARM", AFTER);

        Judgement first = watch().start(context()).look(context());

        assertThat(first.verdict()).isEqualTo(Verdict.FAIL);
        assertThat(first.reason()).contains("'errors' is in ALARM since " + AFTER + ": because of ALARM");
    }

    @Test
    void aFailureStaysOneAlthoughTheAlarmEndsLater() throws Exception {
        aws.alarm("errors", "ALARM", AFTER).alarm("errors", "OK", AFTER);
        Analysis.Run run = watch().start(context());
        run.look(context());
        run.look(context());

        assertThat(run.conclude().verdict()).isEqualTo(Verdict.FAIL);
    }

    @Test
    void anAlarmThatFiredWhileNoProcessWatchedFailsTheResumedRollout() throws Exception {
        aws.alarm("errors", "ALARM", AFTER);
        AnalysisContext resumed = new AnalysisContext(null, null, BEGAN, BEGAN.plusSeconds(3600));

        assertThat(watch().start(resumed).look(resumed).verdict()).isEqualTo(Verdict.FAIL);
    }

    @Test
    void anAlarmThatWasFiringAlreadyHoldsAndIsToldAsSuch() throws Exception {
        aws.alarm("errors", "ALARM", BEFORE);
        Analysis.Run run = watch().start(context());

        Judgement look = run.look(context());

        assertThat(look.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(look.reason())
                .startsWith("already firing when the watch began")
                .contains("because of ALARM");
        assertThat(run.conclude().verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(watch().preflight(context()).orElseThrow())
                .startsWith("already firing")
                .contains("evenIfAlreadyFiring()");
    }

    @Test
    void aReleaseThatIsToMendTheAlarmMayStartButTheAlarmMustNotFireAnew() throws Exception {
        aws.alarm("errors", "ALARM", BEFORE)
                .alarm("errors", "ALARM", BEFORE)
                .alarm("errors", "OK", AFTER)
                .alarm("errors", "ALARM", "2026-01-01T12:02:00Z");
        AlarmWatch mending = watch().evenIfAlreadyFiring();
        assertThat(mending.preflight(context())).isEmpty();
        Analysis.Run run = mending.start(context());

        Judgement still = run.look(context());
        assertThat(still.verdict()).isEqualTo(Verdict.PASS);
        assertThat(still.reason()).contains("already firing");
        assertThat(run.look(context()).verdict()).isEqualTo(Verdict.PASS);
        assertThat(run.look(context()).verdict()).isEqualTo(Verdict.FAIL);
        assertThat(run.conclude().verdict()).isEqualTo(Verdict.FAIL);
    }

    @Test
    void anAlarmSeenQuietAndThenFiringFailsWhateverTheClocksSay() throws Exception {
        aws.alarm("errors", "OK", BEFORE).alarm("errors", "ALARM", BEFORE);
        Analysis.Run run = watch().start(context());
        run.look(context());

        assertThat(run.look(context()).verdict()).isEqualTo(Verdict.FAIL);
    }

    @Test
    void tooLittleDataHoldsUnlessItIsTakenForOk() throws Exception {
        aws.alarm("errors", "INSUFFICIENT_DATA", BEFORE);

        Judgement held = watch().start(context()).look(context());
        assertThat(held.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(held.reason()).contains("INSUFFICIENT_DATA").contains("insufficientDataIsOk()");
        assertThat(watch().insufficientDataIsOk()
                        .start(context())
                        .look(context())
                        .verdict())
                .isEqualTo(Verdict.PASS);
        assertThat(gate(AlarmGate.of(aws.clients(), "errors")).state()).isEqualTo(State.WAITING);
        assertThat(gate(AlarmGate.of(aws.clients(), "errors").insufficientDataIsOk())
                        .state())
                .isEqualTo(State.OPEN);
    }

    @Test
    void aStateOfTheFutureIsNeverTakenForOk() throws Exception {
        aws.alarm("errors", "SHINY", BEFORE);

        assertThat(watch().insufficientDataIsOk()
                        .start(context())
                        .look(context())
                        .verdict())
                .isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(gate(AlarmGate.of(aws.clients(), "errors").insufficientDataIsOk())
                        .state())
                .isEqualTo(State.WAITING);
    }

    @Test
    void throttlingHoldsTheWatchAndKeepsTheGateWaiting() throws Exception {
        aws.refuses(400, "Throttling", "Rate exceeded");
        assertHeld("Rate exceeded");
    }

    @Test
    void aFaultOfCloudWatchHoldsTheWatchAndKeepsTheGateWaiting() throws Exception {
        aws.refuses(500, "InternalServiceFault", "oops");
        assertHeld("InternalServiceFault");
    }

    private void assertHeld(String why) throws Exception {
        Analysis.Run run = watch().insufficientDataIsOk().start(context());
        Judgement look = run.look(context());
        assertThat(look.verdict()).isEqualTo(Verdict.ERROR);
        assertThat(look.reason()).contains(why);
        assertThat(run.conclude().verdict()).isEqualTo(Verdict.ERROR);
        GateDecision decision = gate(AlarmGate.of(aws.clients(), "errors"));
        assertThat(decision.state()).isEqualTo(State.WAITING);
        assertThat(decision.reason())
                .startsWith("Tried to read the state of alarm 'errors'")
                .contains(why);
    }

    @Test
    void aPassDoesNotOutliveALookThatCouldNotBeMade() throws Exception {
        aws.alarm("errors", "OK", BEFORE).refuses(503, "ServiceUnavailable", "later");
        Analysis.Run run = watch().start(context());
        assertThat(run.look(context()).verdict()).isEqualTo(Verdict.PASS);
        run.look(context());

        assertThat(run.conclude().verdict()).isEqualTo(Verdict.ERROR);
    }

    @Test
    void aMissingPermissionClosesTheGateWithItsRemedyAndHoldsTheWatch() throws Exception {
        aws.refuses(403, "AccessDenied", "not authorized to perform cloudwatch:DescribeAlarms");

        GateDecision decision = gate(AlarmGate.of(aws.clients(), "errors"));

        assertThat(decision.state()).isEqualTo(State.CLOSED);
        assertThat(decision.reason()).contains("cloudwatch:DescribeAlarms").contains("grant the permission");
        assertThat(watch().start(context()).look(context()).verdict()).isEqualTo(Verdict.ERROR);
        assertThat(watch().preflight(context()).orElseThrow()).contains("grant the permission");
    }

    @Test
    void anAnswerWithoutEndIsNotFollowedForEver() throws Exception {
        aws.answers(
                200,
                "<DescribeAlarmsResponse><DescribeAlarmsResult><NextToken>more</NextToken></DescribeAlarmsResult>"
                        + "</DescribeAlarmsResponse>");

        assertThat(gate(AlarmGate.of(aws.clients(), "errors")).reason()).contains("did not end after 10 pages");
        assertThat(aws.requests()).hasSize(10).last().asString().contains("NextToken=more");
    }

    @Test
    void anInterruptWhileCloudWatchIsAskedEndsTheCallAsOne() {
        aws.alarm("errors", "OK", BEFORE);
        Thread caller = Thread.currentThread();
        aws.whenAsked(caller::interrupt);

        assertThatThrownBy(() -> watch().start(context()).look(context())).isInstanceOf(InterruptedException.class);
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void anInterruptedLookEndsAsOne() {
        aws.alarm("errors", "OK", BEFORE);
        Analysis.Run run = watch().start(context());
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> run.look(context())).isInstanceOf(InterruptedException.class);
    }

    @Test
    void aWatchThatNeverLookedIsNoPass() {
        assertThat(watch().start(context()).conclude().verdict()).isEqualTo(Verdict.INCONCLUSIVE);
    }

    @Test
    void aCompositeAlarmCountsAsWellAndIsAskedFor() throws Exception {
        aws.answers(
                200,
                "<DescribeAlarmsResponse><DescribeAlarmsResult><CompositeAlarms><member><AlarmName>service</AlarmName>"
                        + "<StateValue>ALARM</StateValue><StateReason>errors fired</StateReason>"
                        + "<StateTransitionedTimestamp>" + AFTER
                        + "</StateTransitionedTimestamp></member></CompositeAlarms></DescribeAlarmsResult>"
                        + "</DescribeAlarmsResponse>");

        GateDecision decision = gate(AlarmGate.of(aws.clients(), "service"));

        assertThat(decision.state()).isEqualTo(State.CLOSED);
        assertThat(decision.reason()).contains("'service' is in ALARM").contains("errors fired");
        assertThat(AlarmWatch.of(aws.clients(), "service")
                        .start(context())
                        .look(context())
                        .verdict())
                .isEqualTo(Verdict.FAIL);
        assertThat(aws.requests().get(0)).contains("MetricAlarm").contains("CompositeAlarm");
    }

    @Test
    void namesThatCanNameNoAlarmAreRefused() {
        AwsClients clients = aws.clients();
        assertThatIllegalArgumentException().isThrownBy(() -> AlarmGate.of(clients));
        assertThatIllegalArgumentException().isThrownBy(() -> AlarmGate.of(clients, " "));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AlarmWatch.of(clients, "arn:aws:cloudwatch:eu-central-1:1:alarm:errors"))
                .withMessageContaining("':alarm:'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AlarmWatch.of(clients, "errors", "errors"))
                .withMessageContaining("twice");
        String[] many = IntStream.range(0, 101).mapToObj(i -> "a" + i).toArray(String[]::new);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AlarmGate.of(clients, many))
                .withMessageContaining("composite");
        assertThatIllegalArgumentException().isThrownBy(() -> watch().interval(Duration.ZERO));
        assertThatIllegalArgumentException().isThrownBy(() -> watch().named(" "));
    }

    private AlarmWatch watch() {
        return AlarmWatch.of(aws.clients(), "errors");
    }

    private static AnalysisContext context() {
        return new AnalysisContext(null, null, BEGAN, BEGAN);
    }

    private static GateDecision gate(AlarmGate gate) throws Exception {
        return gate.evaluate(null);
    }
}
