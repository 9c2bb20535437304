package io.dpg.deploy.k8s.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.dpg.deploy.Group;
import io.dpg.deploy.Slot;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the cluster shows is told from what it showed of an earlier release, and from what may pass. */
class ConditionsTest {

    private final PodTemplateSpec template = Things.template("app:2", Map.of());
    private final Deployment deployment = Things.deployment(Slot.BLUE, template, 2);
    private final ReplicaSet current = Things.set(deployment, "new", template, 2);

    private List<Group.Condition> of(App app, Pod... pods) {
        return Conditions.of(Things.view(Slot.BLUE, deployment, List.of(current), pods), app, Things.NOW);
    }

    private static ContainerStatus waiting(String reason, String message) {
        return new ContainerStatusBuilder()
                .withName("app")
                .withRestartCount(0)
                .withReady(false)
                .withNewState()
                .withNewWaiting(message, reason)
                .endState()
                .build();
    }

    private static ContainerStatus running(int restarts, boolean ready, String lastEnd) {
        return new ContainerStatusBuilder()
                .withName("app")
                .withRestartCount(restarts)
                .withReady(ready)
                .withNewState()
                .withNewRunning("2026-01-01T11:59:30Z")
                .endState()
                .withNewLastState()
                .withNewTerminated()
                .withExitCode(3)
                .withFinishedAt(lastEnd)
                .endTerminated()
                .endLastState()
                .build();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CrashLoopBackOff",
                "ImagePullBackOff",
                "InvalidImageName",
                "ErrImageNeverPull",
                "CreateContainerConfigError",
                "RunContainerError"
            })
    void aContainerThatCannotStartIsFatal(String reason) {
        ContainerStatus status = new ContainerStatusBuilder(waiting(reason, "because"))
                .withRestartCount(2)
                .build();
        assertThat(of(Things.APP, Things.pod(current, "p", false, status)))
                .singleElement()
                .satisfies(c -> assertThat(c.fatal()).isTrue())
                .satisfies(c -> assertThat(c.generation()).isEqualTo(7));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ContainerCreating", "PodInitializing"})
    void aContainerThatIsBeingMadeIsNothingToTell(String reason) {
        assertThat(of(Things.APP, Things.pod(current, "p", false, waiting(reason, "soon"))))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "manifest unknown, true",
        "pull access denied for app, true",
        "dial tcp: i/o timeout, false",
        "received unexpected HTTP status: 503, false"
    })
    void aFirstFailedPullIsFatalOnlyWhereAskingAgainWillNotHelp(String message, boolean fatal) {
        assertThat(of(Things.APP, Things.pod(current, "p", false, waiting("ErrImagePull", message))))
                .singleElement()
                .satisfies(c -> assertThat(c.fatal()).isEqualTo(fatal));
    }

    @Test
    void aCrashIsFatalAtOnceAndToleratedOnesAreNot() {
        ContainerStatus over = new ContainerStatusBuilder()
                .withName("app")
                .withRestartCount(0)
                .withNewState()
                .withNewTerminated()
                .withExitCode(137)
                .withReason("OOMKilled")
                .endTerminated()
                .endState()
                .build();
        Pod pod = Things.pod(current, "p", false, over);
        assertThat(of(Things.APP, pod)).singleElement().satisfies(c -> {
            assertThat(c.fatal()).isTrue();
            assertThat(c.message()).contains("OOMKilled").contains("137");
        });
        App patient = new App("shop", "app", null, null, null, Duration.ZERO, 2, Duration.ZERO, Duration.ZERO);
        assertThat(of(patient, pod)).singleElement().satisfies(c -> assertThat(c.fatal())
                .isFalse());
    }

    @Test
    void aContainerThatRunsAgainIsFatalUntilItIsReady() {
        assertThat(of(Things.APP, Things.pod(current, "p", false, running(1, false, "2026-01-01T11:59:20Z"))))
                .singleElement()
                .satisfies(c -> assertThat(c.fatal()).isTrue());
        assertThat(of(Things.APP, Things.pod(current, "p", true, running(1, true, "2026-01-01T11:59:20Z"))))
                .isEmpty();
    }

    @Test
    void aCrashOfLongAgoIsForgivenWhereThePodWasReadySince() {
        assertThat(of(Things.APP, Things.pod(current, "p", false, running(5, false, "2026-01-01T09:00:00Z"))))
                .isEmpty();
    }

    @Test
    void podsOfAnEarlierReleaseAndPodsThatAreEndingSayNothing() {
        PodTemplateSpec before = Things.template("app:1", Map.of());
        ReplicaSet old = Things.set(deployment, "old", before, 0);
        Pod failed = Things.pod(old, "old", false, waiting("ImagePullBackOff", "no"));
        Pod leaving = Things.ending(Things.pod(current, "p", false, waiting("ImagePullBackOff", "no")));
        SlotView view = Things.view(Slot.BLUE, deployment, List.of(old, current), failed, leaving);
        assertThat(Conditions.of(view, Things.APP, Things.NOW)).isEmpty();
    }

    @Test
    void aQuotaIsFatalAndAWebhookThatIsDownIsNot() {
        assertThat(refused("pods \"x\" is forbidden: exceeded quota: none")).isTrue();
        assertThat(refused("Internal error occurred: failed calling webhook \"x\""))
                .isFalse();
    }

    private boolean refused(String message) {
        ReplicaSet refused = new ReplicaSetBuilder(current)
                .withNewStatus()
                .withObservedGeneration(1L)
                .addNewCondition()
                .withType("ReplicaFailure")
                .withStatus("True")
                .withReason("FailedCreate")
                .withMessage(message)
                .endCondition()
                .endStatus()
                .build();
        List<Group.Condition> found =
                Conditions.of(Things.view(Slot.BLUE, deployment, List.of(refused)), Things.APP, Things.NOW);
        assertThat(found).hasSize(1);
        return found.get(0).fatal();
    }

    @Test
    void aDeadlineThatAnEarlierReplicaSetMissedIsNotHeldAgainstThisOne() {
        assertThat(deadline("ReplicaSet \"app-old\" has timed out progressing."))
                .isEmpty();
        assertThat(deadline("ReplicaSet \"app-new\" has timed out progressing."))
                .hasSize(1);
    }

    private List<Group.Condition> deadline(String message) {
        Deployment late = new DeploymentBuilder(deployment)
                .withNewStatus()
                .withObservedGeneration(7L)
                .addNewCondition()
                .withType("Progressing")
                .withStatus("False")
                .withReason("ProgressDeadlineExceeded")
                .withMessage(message)
                .endCondition()
                .endStatus()
                .build();
        return Conditions.of(Things.view(Slot.BLUE, late, List.of(current)), Things.APP, Things.NOW);
    }

    @Test
    void aPodWithoutANodeIsFatalOnceTheTimeForNewNodesIsOver() {
        Pod pod = new PodBuilder(Things.pod(current, "p", false))
                .editStatus()
                .addNewCondition()
                .withType("PodScheduled")
                .withStatus("False")
                .withReason("Unschedulable")
                .withMessage("0/3 nodes are available")
                .withLastTransitionTime("2026-01-01T11:58:00Z")
                .endCondition()
                .endStatus()
                .build();
        assertThat(of(Things.APP, pod)).singleElement().satisfies(c -> assertThat(c.fatal())
                .isTrue());
        App patient = new App("shop", "app", null, null, null, Duration.ZERO, 0, Duration.ofMinutes(5), Duration.ZERO);
        assertThat(of(patient, pod)).singleElement().satisfies(c -> assertThat(c.fatal())
                .isFalse());
    }
}
