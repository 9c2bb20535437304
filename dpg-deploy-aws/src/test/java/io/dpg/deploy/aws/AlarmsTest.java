package io.dpg.deploy.aws;

import static org.assertj.core.api.Assertions.assertThat;

import io.dpg.deploy.check.Analysis;
import io.dpg.deploy.check.AnalysisContext;
import io.dpg.deploy.check.GateDecision;
import io.dpg.deploy.check.GateDecision.State;
import io.dpg.deploy.check.Judgement;
import io.dpg.deploy.check.Verdict;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.ComparisonOperator;
import software.amazon.awssdk.services.cloudwatch.model.StateValue;
import software.amazon.awssdk.services.cloudwatch.model.Statistic;

/** Gate and watch of alarms, on the emulator; it has no composite ones, see {@link AlarmsScriptedTest}. */
@NeedsAws
class AlarmsTest {

    private TestAws aws;
    private CloudWatchClient cloudWatch;

    @BeforeEach
    void putAlarms() {
        aws = TestAws.open();
        cloudWatch = aws.clients().cloudWatch();
        for (String name : new String[] {"errors", "latency"}) {
            cloudWatch.putMetricAlarm(r -> r.alarmName(name)
                    .namespace("AWS/ApplicationELB")
                    .metricName("HTTPCode_Target_5XX_Count")
                    .statistic(Statistic.SUM)
                    .period(60)
                    .evaluationPeriods(1)
                    .threshold(1.0)
                    .comparisonOperator(ComparisonOperator.GREATER_THAN_THRESHOLD));
            state(name, StateValue.OK, "fine");
        }
    }

    @AfterEach
    void close() {
        aws.close();
    }

    @Test
    void theGateOpensOnlyWhileAllAreOk() throws Exception {
        AlarmGate gate = AlarmGate.of(aws.clients(), "errors", "latency");
        assertThat(gate.evaluate(null).state()).isEqualTo(State.OPEN);

        state("latency", StateValue.ALARM, "p95 was 2 s");

        GateDecision decision = gate.evaluate(null);
        assertThat(decision.state()).isEqualTo(State.CLOSED);
        assertThat(decision.reason()).contains("'latency' is in ALARM").contains("p95 was 2 s");
        assertThat(decision.reason()).doesNotContain("errors");
        assertThat(gate.waitUntilOk().evaluate(null).state()).isEqualTo(State.WAITING);
    }

    @Test
    void anAlarmThatDoesNotExistIsAClearFault() throws Exception {
        GateDecision decision = AlarmGate.of(aws.clients(), "errors", "erorrs").evaluate(null);

        assertThat(decision.state()).isEqualTo(State.CLOSED);
        assertThat(decision.reason()).contains("no alarm 'erorrs'").contains("correct the name, region or account");
        AlarmWatch watch = AlarmWatch.of(aws.clients(), "erorrs");
        assertThat(watch.preflight(now()).orElseThrow()).contains("no alarm 'erorrs'");
        assertThat(watch.start(now()).look(now()).verdict()).isEqualTo(Verdict.ERROR);
    }

    @Test
    void theWatchFailsWhenAnAlarmBeginsToFire() throws Exception {
        AlarmWatch watch = AlarmWatch.of(aws.clients(), "errors", "latency");
        assertThat(watch.preflight(now())).isEmpty();
        Analysis.Run run = watch.start(now());
        assertThat(run.look(now()).verdict()).isEqualTo(Verdict.PASS);

        state("errors", StateValue.ALARM, "12 errors");

        Judgement look = run.look(now());
        assertThat(look.verdict()).isEqualTo(Verdict.FAIL);
        assertThat(look.reason()).contains("12 errors");
        assertThat(run.conclude().verdict()).isEqualTo(Verdict.FAIL);
    }

    @Test
    void theWatchRefusesToStartWhileAnAlarmIsFiring() throws Exception {
        state("errors", StateValue.ALARM, "12 errors");

        assertThat(AlarmWatch.of(aws.clients(), "errors").preflight(now()).orElseThrow())
                .startsWith("already firing")
                .contains("12 errors");
    }

    private void state(String name, StateValue value, String reason) {
        cloudWatch.setAlarmState(r -> r.alarmName(name).stateValue(value).stateReason(reason));
    }

    private static AnalysisContext now() {
        return new AnalysisContext(null, null, Instant.now(), Instant.now());
    }
}
