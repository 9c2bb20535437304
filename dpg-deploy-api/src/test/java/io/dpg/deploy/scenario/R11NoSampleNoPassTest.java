package io.dpg.deploy.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dpg.deploy.PlanInvalidException;
import io.dpg.deploy.RolloutResult;
import io.dpg.deploy.check.Analysis;
import io.dpg.deploy.check.AnalysisContext;
import io.dpg.deploy.check.Gate;
import io.dpg.deploy.check.GateContext;
import io.dpg.deploy.check.GateDecision;
import io.dpg.deploy.check.Judgement;
import io.dpg.deploy.event.Event;
import io.dpg.deploy.strategy.BlueGreen;
import io.dpg.deploy.strategy.Canary;
import io.dpg.deploy.strategy.Rolling;
import io.dpg.deploy.strategy.Strategy;
import io.dpg.deploy.testkit.Behaviour;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** R11: a gate or analysis that ended by its timer before its first sample did not pass. */
class R11NoSampleNoPassTest {

    private static final Duration SHORT = Duration.ofSeconds(5);
    private final Stage stage = new Stage();

    static Strategy[] strategies() {
        return new Strategy[] {
            BlueGreen.standard().bakeTime(SHORT),
            Canary.weights(50, 100).bakeTime(SHORT).finalBakeTime(SHORT),
            Rolling.standard().bakeTime(SHORT).finalBakeTime(SHORT)
        };
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void aWatchShorterThanTheIntervalStillLooks(Strategy strategy) {
        stage.target.version("v2", Behaviour.GOOD.errorRatio(0.5));
        RolloutResult result = stage.rollout("v2", strategy)
                .analyze(stage.errorRate().interval(Duration.ofMinutes(10)).consecutively(1))
                .execute();
        assertThat(result).as(result.reason()).isInstanceOf(RolloutResult.RolledBack.class);
        assertThat(stage.seen(Event.Judged.class)).isNotEmpty();
        stage.assertAllOld();
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void anAnalysisThatNeverComesToAVerdictFails(Strategy strategy) {
        RolloutResult result =
                stage.rollout("v2", strategy).analyze(new Undecided()).execute();
        assertThat(result).as(result.reason()).isInstanceOf(RolloutResult.RolledBack.class);
        assertThat(result.reason()).contains("no data is never a pass: 'undecided'");
        stage.assertAllOld();
    }

    @Test
    void anAnalysisThatWouldNeverLookIsRefusedWhenPlanned() {
        assertThatThrownBy(() -> stage.rollout("v2", BlueGreen.standard().bakeTime(Duration.ZERO))
                        .analyze(stage.errorRate())
                        .plan())
                .isInstanceOf(PlanInvalidException.class)
                .hasMessageContaining("would never look, because bakeTime is zero");
    }

    @Test
    void aGateWhoseTimeIsOverIsClosed() {
        Gate silent = new Gate() {
            @Override
            public String name() {
                return "report";
            }

            @Override
            public GateDecision evaluate(GateContext context) {
                return GateDecision.waiting("no report yet");
            }

            @Override
            public Duration limit() {
                return Duration.ofMinutes(3);
            }
        };
        RolloutResult result =
                stage.rollout("v2", Canary.standard()).gate(silent).execute();
        assertThat(result).isInstanceOf(RolloutResult.Rejected.class);
        assertThat(result.reason()).isEqualTo("gate 'report' did not open within 3 min: no report yet");
        assertThat(result.metrics().duration()).isEqualTo(Duration.ofMinutes(3));
        stage.assertAllOld();
    }

    @Test
    void aGateThatCannotDecideIsClosed() {
        Gate broken = new Gate() {
            @Override
            public String name() {
                return "report";
            }

            @Override
            public GateDecision evaluate(GateContext context) {
                throw new IllegalStateException("no such file");
            }
        };
        RolloutResult result =
                stage.rollout("v2", Canary.standard()).gate(broken).execute();
        assertThat(result).isInstanceOf(RolloutResult.Rejected.class);
        assertThat(result.reason()).isEqualTo("gate 'report' could not decide: no such file");
        stage.assertAllOld();
    }

    /** Looks, and never says anything but that it does not know. */
    private record Undecided() implements Analysis {
        @Override
        public String name() {
            return "undecided";
        }

        @Override
        public Duration interval() {
            return Duration.ofSeconds(10);
        }

        @Override
        public Run start(AnalysisContext context) {
            return new Run() {
                @Override
                public Judgement look(AnalysisContext now) {
                    return Judgement.inconclusive("has no sample");
                }

                @Override
                public Judgement conclude() {
                    return Judgement.inconclusive("has no sample");
                }
            };
        }
    }
}
