package io.dpg.deploy.aws.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ecs.model.Deployment;
import software.amazon.awssdk.services.ecs.model.DesiredStatus;

class FakeRollingTest extends OnFakeEcs {

    @Test
    void aRollingUpdateStartsNewTasksBeforeOldOnesStop() {
        String before = service().deployments().get(0).id();
        update("app:2");

        assertThat(service().deployments()).extracting(Deployment::status).containsExactly("PRIMARY", "ACTIVE");
        assertThat(service().pendingCount()).isEqualTo(3);
        assertThat(service().runningCount()).isEqualTo(3);
        time.advance(Duration.ofSeconds(5));
        assertThat(service().runningCount()).isEqualTo(6);
        assertThat(health(handle.targetGroupArn())).contains("initial");
        time.advance(Duration.ofSeconds(1));
        assertThat(service().runningCount()).isEqualTo(3);
        assertThat(health(handle.targetGroupArn())).contains("draining");
        assertThat(tasks(DesiredStatus.STOPPED))
                .allSatisfy(t -> assertThat(t.lastStatus()).isEqualTo("DEACTIVATING"));
        assertThat(service().deployments().get(0).rolloutStateAsString()).isEqualTo("IN_PROGRESS");
        time.advance(Duration.ofSeconds(12));
        assertThat(service().deployments()).singleElement().satisfies(d -> {
            assertThat(d.id()).isNotEqualTo(before);
            assertThat(d.rolloutStateAsString()).isEqualTo("COMPLETED");
        });
        assertThat(service().events().get(0).message()).isEqualTo("(service svc) has reached a steady state.");
        assertThat(tasks(DesiredStatus.STOPPED)).hasSize(3).allSatisfy(t -> {
            assertThat(t.lastStatus()).isEqualTo("STOPPED");
            assertThat(t.stopCodeAsString()).isEqualTo("ServiceSchedulerInitiated");
        });
        time.advance(Duration.ofHours(1));
        assertThat(tasks(DesiredStatus.STOPPED)).isEmpty();
    }

    @Test
    void minimumAndMaximumPercentBoundARollingUpdate() {
        ecs.updateService(
                r -> r.cluster("c").service("svc").desiredCount(4).deploymentConfiguration(d -> d.minimumHealthyPercent(
                                50)
                        .maximumPercent(100)));
        time.advance(Duration.ofMinutes(1));
        update("app:2");
        int least = 4;
        for (int i = 0; i < 60; i++) {
            time.advance(Duration.ofSeconds(1));
            assertThat(tasks(DesiredStatus.RUNNING)).hasSizeLessThanOrEqualTo(4);
            least = Math.min(least, service().runningCount());
        }
        assertThat(least).isEqualTo(2);
        assertThat(service().deployments().get(0).rolloutStateAsString()).isEqualTo("COMPLETED");
    }

    @Test
    void theCircuitBreakerFailsADeploymentWhoseImageCannotBePulled() {
        breaker(false);
        fake.behaves("app:2", FakeBehaviour.cannotPull());
        update("app:2");
        time.advance(Duration.ofSeconds(5));
        assertThat(tasks(DesiredStatus.STOPPED)).first().satisfies(t -> {
            assertThat(t.stoppedReason()).startsWith("CannotPullContainerError");
            assertThat(t.stopCodeAsString()).isEqualTo("TaskFailedToStart");
            assertThat(t.containers().get(0).reason()).contains("app:2");
            assertThat(t.containers().get(0).exitCode()).isNull();
        });
        time.advance(Duration.ofMinutes(2));
        Deployment failed = service().deployments().get(0);
        assertThat(failed.rolloutStateAsString()).isEqualTo("FAILED");
        assertThat(failed.failedTasks()).isEqualTo(3);
        assertThat(failed.rolloutStateReason()).contains("circuit breaker");
        assertThat(service().runningCount()).isEqualTo(3);
        assertThat(service().deployments()).hasSize(2);
    }

    @Test
    void theCircuitBreakerCountsCrashesBeforeTheFirstHealthCheckAndRollsBack() {
        breaker(true);
        String before = service().deployments().get(0).id();
        fake.behaves("app:2", FakeBehaviour.crashes(Duration.ofMillis(500), 3));
        update("app:2");
        time.advance(Duration.ofMinutes(5));
        assertThat(service().deployments()).singleElement().satisfies(d -> {
            assertThat(d.id()).isEqualTo(before);
            assertThat(d.rolloutStateAsString()).isEqualTo("COMPLETED");
        });
        assertThat(tasks(DesiredStatus.STOPPED))
                .anySatisfy(t -> assertThat(t.containers().get(0).exitCode()).isEqualTo(3));
        assertThat(service().events()).anyMatch(e -> e.message().contains("rolling back to deployment"));
    }

    @Test
    void withoutCircuitBreakerACrashLoopGoesOnForEver() {
        fake.behaves("app:2", FakeBehaviour.crashes(Duration.ofMillis(500), 1));
        update("app:2");
        time.advance(Duration.ofMinutes(10));
        assertThat(service().deployments()).hasSize(2);
        assertThat(service().deployments().get(0).rolloutStateAsString()).isEqualTo("IN_PROGRESS");
    }

    @Test
    void tasksThatNeverBecomeHealthyAreStoppedAfterTheGracePeriod() {
        ecs.updateService(r -> r.cluster("c").service("svc").healthCheckGracePeriodSeconds(60));
        fake.behaves("app:2", FakeBehaviour.neverHealthy());
        update("app:2");
        time.advance(Duration.ofSeconds(60));
        assertThat(health(handle.targetGroupArn())).contains("unhealthy");
        assertThat(tasks(DesiredStatus.STOPPED)).isEmpty();
        time.advance(Duration.ofSeconds(10));
        assertThat(tasks(DesiredStatus.STOPPED)).isNotEmpty().allSatisfy(t -> assertThat(t.stoppedReason())
                .startsWith("Task failed ELB health checks"));
        assertThat(service().deployments().get(0).failedTasks()).isEqualTo(3);
    }

    @Test
    void tasksWithoutRoomAreAnEventAndNoTask() {
        fake.behaves("app:2", FakeBehaviour.cannotPlace());
        update("app:2");
        assertThat(service().events().get(0).message()).contains("unable to place a task");
        assertThat(service().pendingCount()).isZero();
    }

    @Test
    void aSlowReleaseIsInitialOrUnhealthyUntilItAnswers() {
        fake.behaves("app:2", FakeBehaviour.slow(Duration.ofSeconds(4)));
        update("app:2");
        time.advance(Duration.ofSeconds(8));
        assertThat(health(handle.targetGroupArn())).contains("initial").doesNotContain("unhealthy");
        time.advance(Duration.ofSeconds(4));
        assertThat(health(handle.targetGroupArn())).doesNotContain("initial");
    }

    @Test
    void onlyTheFirstTasksCrashWhereTheScriptSaysSo() {
        fake.behaves("app:2", FakeBehaviour.crashes(Duration.ofMillis(500), 1).onlyFirst(1));
        update("app:2");
        time.advance(Duration.ofMinutes(1));
        assertThat(service().deployments().get(0).rolloutStateAsString()).isEqualTo("COMPLETED");
        assertThat(tasks(DesiredStatus.STOPPED)).hasSize(4);
    }

    @Test
    void theCircuitBreakersThresholdIsHalfOfTheTasksWithin3And200() {
        assertThat(List.of(1, 6, 7, 11, 399, 401, 1000).stream().map(CircuitBreaker::threshold))
                .containsExactly(3, 3, 4, 6, 200, 200, 200);
    }

    @Test
    void aReleaseThatDegradesIsReplacedForEver() {
        fake.behaves("app:2", FakeBehaviour.degrades(Duration.ofSeconds(30)));
        update("app:2");
        time.advance(Duration.ofSeconds(25));
        assertThat(service().deployments().get(0).rolloutStateAsString()).isEqualTo("COMPLETED");
        time.advance(Duration.ofSeconds(30));
        assertThat(tasks(DesiredStatus.STOPPED))
                .anySatisfy(t -> assertThat(t.stoppedReason()).startsWith("Task failed ELB health checks"));
        assertThat(service().deployments().get(0).failedTasks()).isZero();
    }

    @Test
    void aFailedDeploymentStallsAndStillScalesIn() {
        breaker(false);
        fake.behaves("app:2", FakeBehaviour.cannotPull());
        update("app:2");
        time.advance(Duration.ofMinutes(1));
        ecs.updateService(r -> r.cluster("c").service("svc").desiredCount(1));
        time.advance(Duration.ofMinutes(1));
        assertThat(service().deployments().get(0).rolloutStateAsString()).isEqualTo("FAILED");
        assertThat(service().runningCount()).isEqualTo(1);
        assertThat(fake.traffic().failures()).isEmpty();
    }

    @Test
    void aCrashAfterHealthChecksPassedOpensNoCircuitBreaker() {
        breaker(true);
        fake.behaves("app:2", FakeBehaviour.crashes(Duration.ofSeconds(5), 1));
        update("app:2");
        time.advance(Duration.ofMinutes(3));
        assertThat(handle.taskDefinition()).isEqualTo("svc:2");
        assertThat(service().deployments().get(0).failedTasks()).isZero();
    }
}
