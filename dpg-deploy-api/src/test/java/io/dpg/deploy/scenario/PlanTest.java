package io.dpg.deploy.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dpg.deploy.Environment;
import io.dpg.deploy.Limits;
import io.dpg.deploy.Plan;
import io.dpg.deploy.PlanInvalidException;
import io.dpg.deploy.check.ApprovalPolicy;
import io.dpg.deploy.check.Checks;
import io.dpg.deploy.engine.PlanJson;
import io.dpg.deploy.spi.Capability;
import io.dpg.deploy.strategy.BlueGreen;
import io.dpg.deploy.strategy.Canary;
import io.dpg.deploy.strategy.Rolling;
import io.dpg.deploy.testkit.SimulatedChecks;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a plan says before anything is touched. */
class PlanTest {

    private final Stage stage = new Stage();
    private long changes;

    PlanTest() {
        stage.target.mishaps((call, n) -> {
            changes += call.equals("observe") ? 0 : 1;
            return io.dpg.deploy.testkit.Mishap.NONE;
        });
    }

    @AfterEach
    void planningTouchesNothing() {
        assertThat(changes).as("calls that change the target").isZero();
        assertThat(stage.journal.rollouts(stage.target.key())).isEmpty();
        assertThat(stage.journal.holder(stage.target.key())).isEmpty();
        assertThat(stage.events).isEmpty();
    }

    private static void prints(Plan plan, String expected) {
        assertThat(plan.toString().replace("\r\n", "\n")).isEqualTo(expected);
        assertThat(PlanJson.read(PlanJson.write(plan))).as("as data and back").isEqualTo(plan);
    }

    @Test
    void blueGreenPrintsAsATable() {
        prints(
                stage.rollout("v2", BlueGreen.standard())
                        .verify(SimulatedChecks.health(stage.target))
                        .plan(),
                """
                        Plan: shop v2 on simulated:shop, blue-green, watched for 5 min
                          now:      blue runs v1 (rev-v1), 4 of 4 ready, 100 % of traffic
                          rollback: possible and instant to v1 (rev-v1): its group keeps running

                            #  step        what                                       at most
                            1  Launch      launch 4 instances of v2 in green          5 min
                            2  AwaitReady  wait until 4 instances of green are ready  10 min
                            3  Verify      check health on green                      5 min
                            4  Shift       shift traffic to blue 0 % / green 100 %    5 min
                            5  Verify      check health where users reach it          5 min
                            6  Bake        watch for 5 min                            6 min
                            7  Drain       drain blue for at most 30 s                1 min 30 s
                          in all at most 37 min 30 s
                        """);
    }

    @Test
    void canaryPrintsAsATable() {
        prints(
                stage.rollout("v2", Canary.weights(10, 50, 100))
                        .verify(SimulatedChecks.health(stage.target))
                        .analyze(stage.errorRate())
                        .environment(Environment.named("production")
                                .approval(ApprovalPolicy.DEFAULT)
                                .build())
                        .plan(),
                """
                        Plan: shop v2 on simulated:shop, canary 10, 50, 100 %, each watched for 15 min
                          now:      blue runs v1 (rev-v1), 4 of 4 ready, 100 % of traffic
                          rollback: possible to v1 (rev-v1): instant until its group is retired, by a new launch after that

                            #  step        what                                       at most
                            1  Gate        wait until gate 'approval' opens           1 d 1 min
                            2  Launch      launch 1 instance of v2 in green           5 min
                            3  AwaitReady  wait until 1 instance of green is ready    10 min
                            4  Verify      check health on green                      5 min
                            5  Shift       shift traffic to blue 90 % / green 10 %    5 min
                            6  Bake        watch for 15 min: error-rate               30 min
                            7  Launch      launch 2 instances of v2 in green          5 min
                            8  AwaitReady  wait until 2 instances of green are ready  10 min
                            9  Shift       shift traffic to blue 50 % / green 50 %    5 min
                           10  Bake        watch for 15 min: error-rate               30 min
                           11  Launch      launch 4 instances of v2 in green          5 min
                           12  AwaitReady  wait until 4 instances of green are ready  10 min
                           13  Shift       shift traffic to blue 0 % / green 100 %    5 min
                           14  Verify      check health where users reach it          5 min
                           15  Bake        watch for 5 min: error-rate                10 min
                           16  Drain       drain blue for at most 30 s                1 min 30 s
                           17  Retire      retire blue                                5 min
                          in all at most 1 d 2 h 27 min 30 s
                        """);
    }

    @Test
    void rollingPrintsAsATable() {
        prints(
                stage.rollout("v2", Rolling.batches(2).finalBakeTime(Duration.ofMinutes(2)))
                        .beforeLaunch("announce", o -> {})
                        .environment(Environment.named("production").replicas(6).build())
                        .plan(),
                """
                        Plan: shop v2 on simulated:shop, rolling, 2 at a time
                          now:      blue runs v1 (rev-v1), 4 of 4 ready, 100 % of traffic
                          rollback: possible to v1 (rev-v1): instances are replaced back one by one

                            #  step        what                                           at most
                            1  Hook        call hook 'announce'                           1 min
                            2  Update      update blue in place until 2 instances run v2  10 min
                            3  AwaitReady  wait until 4 instances of blue are ready       10 min
                            4  Update      update blue in place until 4 instances run v2  10 min
                            5  AwaitReady  wait until 4 instances of blue are ready       10 min
                            6  Scale       scale blue to 6 instances                      5 min
                            7  AwaitReady  wait until 6 instances of blue are ready       10 min
                            8  Bake        watch for 2 min                                3 min
                          in all at most 59 min
                        """);
    }

    @Test
    void everyFaultIsToldAtOnce() {
        stage.target.capabilities(Capability.IN_PLACE_UPDATE);
        assertThatThrownBy(() -> stage.rollout(
                                "v2", Canary.standard().bakeTime(Duration.ZERO).finalBakeTime(Duration.ZERO))
                        .verify(Checks.of("health", () -> true), Checks.of("health", () -> true))
                        .analyze(stage.errorRate())
                        .beforeLaunch(" ", o -> {})
                        .environment(Environment.named("production")
                                .secret("PASSWORD", "env:NO_SUCH_VARIABLE")
                                .secret("TOKEN", "vault:secret/shop#token")
                                .build())
                        .plan())
                .isInstanceOfSatisfying(
                        PlanInvalidException.class, e -> assertThat(e.faults()).hasSize(7))
                .hasMessageStartingWith("Tried to plan shop v2 on simulated:shop, but found 7 faults:")
                .hasMessageContaining("\n  - secrets.PASSWORD")
                .hasMessageContaining("\n  - secrets.TOKEN")
                .hasMessageContaining("io.dpg.deploy:dpg-deploy-vault")
                .hasMessageContaining("\n  - verify = health: is given twice")
                .hasMessageContaining("\n  - hook = '': a name must not be blank")
                .hasMessageContaining("the target cannot run two groups; use Rolling")
                .hasMessageContaining("the target cannot split traffic; use BlueGreen")
                .hasMessageContaining("would never look, because bakeTime is zero")
                .hasMessageEndingWith("Correct what is listed; nothing was changed.");
    }

    @Test
    void wrongArgumentsAreRefusedWhereTheyAreMade() {
        assertThatThrownBy(() -> Canary.weights(50, 25, 100)).hasMessageContaining("[50, 25, 100]");
        assertThatThrownBy(() -> Canary.linear(0, Duration.ofMinutes(1))).hasMessageContaining("is 0");
        assertThatThrownBy(() -> Rolling.batches(0)).hasMessageContaining("is 0");
        assertThatThrownBy(() -> BlueGreen.standard().bakeTime(Duration.ofSeconds(-1)))
                .hasMessage("bakeTime must not be negative, but is PT-1S");
        assertThatThrownBy(() -> Limits.DEFAULT.ready(Duration.ZERO)).hasMessage("ready must be positive, but is PT0S");
        assertThatThrownBy(() -> Environment.named("x").replicas(0).build()).hasMessageContaining("is 0");
        assertThatThrownBy(() -> io.dpg.deploy.Deployer.builder().leaseTtl(Duration.ofMillis(10)))
                .hasMessageContaining("leaseTtl must be at least 1 second");
    }
}
