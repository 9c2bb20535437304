package io.dpg.deploy.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import io.dpg.deploy.Environment;
import io.dpg.deploy.Group;
import io.dpg.deploy.Release;
import io.dpg.deploy.Slot;
import io.dpg.deploy.spi.Change;
import io.dpg.deploy.spi.Fence;
import io.dpg.deploy.spi.GroupRequest;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.LimitRangeBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuotaBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What cannot become ready any more is called so as soon as the cluster shows it, not at a deadline. */
@NeedsCluster
class FailureNoticeTest {

    private TestCluster cluster;
    private KubernetesTarget target;

    @BeforeEach
    void begin() {
        cluster = TestCluster.open("kcore");
        target = cluster.target().build();
    }

    @AfterEach
    void end() {
        target.close();
        cluster.close();
    }

    private void application(UnaryOperator<DeploymentBuilder> edit) {
        Deployment base = cluster.deployment(0);
        cluster.client.resource(edit.apply(new DeploymentBuilder(base)).build()).create();
        cluster.client.resource(cluster.service()).create();
    }

    private static Release release() {
        return Release.of("app", "1.0.0").setting("VERSION", "1.0.0");
    }

    private Group.Condition failure(Release release, Environment environment, Duration within) throws Exception {
        Semaphore changes = new Semaphore(0);
        long begun = System.nanoTime();
        try (AutoCloseable watch = target.watch(changes::release)) {
            Change change =
                    target.launch(new Fence(1), new GroupRequest(Slot.BLUE, release, null, 1, environment, Map.of()));
            while (true) {
                Optional<Group.Condition> fatal =
                        target.observe().group(Slot.BLUE).flatMap(g -> g.failureSince(change.generation()));
                Duration taken = Duration.ofNanos(System.nanoTime() - begun);
                if (fatal.isPresent()) {
                    System.out.println("noticed after " + taken.toMillis() + " ms: "
                            + fatal.get().reason() + ": " + fatal.get().message());
                    return fatal.get();
                }
                assertThat(taken).as(() -> target.diagnose(Slot.BLUE)).isLessThan(within);
                changes.tryAcquire(500, TimeUnit.MILLISECONDS);
                changes.drainPermits();
            }
        }
    }

    private Group.Condition failure(Release release) throws Exception {
        return failure(release, Environment.of("test"), Duration.ofSeconds(30));
    }

    /** Events and logs reach the API server when they do, now and then after the state that they explain. */
    private void assertDiagnosed(String... words) throws InterruptedException {
        Semaphore never = new Semaphore(0);
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        String said = target.diagnose(Slot.BLUE);
        while (!Stream.of(words).allMatch(said::contains) && System.nanoTime() < end) {
            never.tryAcquire(200, TimeUnit.MILLISECONDS);
            said = target.diagnose(Slot.BLUE);
        }
        assertThat(said).contains(words);
    }

    @Test
    void aProcessThatEndsAtOnceIsCalledFailedAndItsLastWordsAreQuoted() throws Exception {
        application(d -> d);
        Group.Condition condition = failure(release().setting("MODE", "crash"));
        assertThat(condition.reason()).isIn("Crash", "CrashLoop");
        assertThat(condition.message()).contains("exit code 3");
        assertDiagnosed("cannot open the database", "exit code 3");
    }

    @Test
    void anImageThatIsNotThereIsCalledFailed() throws Exception {
        application(d -> d);
        Group.Condition condition = failure(release().image("dpg-test/absent:1"));
        assertThat(condition.reason()).isEqualTo("ErrImageNeverPull");
        assertThat(condition.message()).contains("dpg-test/absent:1");
    }

    @Test
    void anImageThatCannotBePulledIsCalledFailed() throws Exception {
        application(d -> d.editSpec()
                .editTemplate()
                .editSpec()
                .editFirstContainer()
                .withImagePullPolicy("IfNotPresent")
                .endContainer()
                .endSpec()
                .endTemplate()
                .endSpec());
        Group.Condition condition =
                failure(release().image("127.0.0.1:1/absent:1"), Environment.of("test"), Duration.ofSeconds(60));
        assertThat(condition.reason()).isIn("ErrImagePull", "ImagePullBackOff");
        assertDiagnosed("127.0.0.1:1/absent:1");
    }

    @Test
    void aPodThatNoNodeCanHoldIsCalledFailed() throws Exception {
        application(d -> d);
        Group.Condition condition =
                failure(release(), Environment.named("test").memory("4000Gi").build(), Duration.ofSeconds(30));
        assertThat(condition.reason()).isEqualTo("Unschedulable");
        assertThat(condition.message()).contains("Insufficient memory");
    }

    @Test
    void aQuotaThatIsUsedUpIsCalledFailed() throws Exception {
        application(d -> d);
        cluster.client
                .resource(new ResourceQuotaBuilder()
                        .withNewMetadata()
                        .withName("none")
                        .withNamespace(cluster.namespace)
                        .endMetadata()
                        .withNewSpec()
                        .addToHard("pods", new Quantity("0"))
                        .endSpec()
                        .build())
                .create();
        // A quota counts once its controller has noted what is used.
        cluster.client
                .resourceQuotas()
                .inNamespace(cluster.namespace)
                .withName("none")
                .waitUntilCondition(
                        q -> q != null
                                && q.getStatus() != null
                                && q.getStatus().getHard() != null
                                && q.getStatus().getHard().containsKey("pods"),
                        60,
                        TimeUnit.SECONDS);
        Group.Condition condition = failure(release());
        assertThat(condition.message()).contains("exceeded quota");
    }

    @Test
    void aPodThatTheClusterRejectsIsCalledFailed() throws Exception {
        application(d -> d);
        cluster.client
                .resource(new LimitRangeBuilder()
                        .withNewMetadata()
                        .withName("small")
                        .withNamespace(cluster.namespace)
                        .endMetadata()
                        .withNewSpec()
                        .addNewLimit()
                        .withType("Container")
                        .addToMax("memory", new Quantity("16Mi"))
                        .endLimit()
                        .endSpec()
                        .build())
                .create();
        Group.Condition condition =
                failure(release(), Environment.named("test").memory("64Mi").build(), Duration.ofSeconds(30));
        assertThat(condition.message()).contains("maximum memory usage per Container is 16Mi");
    }

    @Test
    void anInitContainerThatFailsIsCalledFailed() throws Exception {
        application(d -> d.editSpec()
                .editTemplate()
                .editSpec()
                .addNewInitContainer()
                .withName("prepare")
                .withImage(TestCluster.IMAGE)
                .withImagePullPolicy("Never")
                .withCommand("sh", "-c", "echo no schema; exit 7")
                .endInitContainer()
                .endSpec()
                .endTemplate()
                .endSpec());
        Group.Condition condition = failure(release());
        assertThat(condition.reason()).isEqualTo("InitFailed");
        assertThat(condition.message()).contains("prepare").contains("exit code 7");
        assertDiagnosed("no schema");
    }

    @Test
    void aSecretThatIsMissingIsCalledFailed() throws Exception {
        application(d -> d.editSpec()
                .editTemplate()
                .editSpec()
                .editFirstContainer()
                .addNewEnv()
                .withName("PASSWORD")
                .withNewValueFrom()
                .withNewSecretKeyRef("password", "absent", null)
                .endValueFrom()
                .endEnv()
                .endContainer()
                .endSpec()
                .endTemplate()
                .endSpec());
        Group.Condition condition = failure(release());
        assertThat(condition.reason()).isEqualTo("CreateContainerConfigError");
        assertThat(condition.message()).contains("absent");
    }

    @Test
    void aLivenessProbeThatFailsIsCalledFailed() throws Exception {
        application(d -> d.editSpec()
                .editTemplate()
                .editSpec()
                .editFirstContainer()
                .withNewLivenessProbe()
                .withNewHttpGet()
                .withPath("/absent")
                .withPort(new IntOrString(8080))
                .endHttpGet()
                .withPeriodSeconds(1)
                .withFailureThreshold(2)
                .endLivenessProbe()
                .withNewReadinessProbe()
                .withNewHttpGet()
                .withPath("/absent")
                .withPort(new IntOrString(8080))
                .endHttpGet()
                .withPeriodSeconds(1)
                .endReadinessProbe()
                .endContainer()
                .withTerminationGracePeriodSeconds(1L)
                .endSpec()
                .endTemplate()
                .endSpec());
        Group.Condition condition = failure(release());
        assertThat(condition.reason()).isIn("Crash", "CrashLoop");
        // A kubelet that has too many events to tell keeps this one for later; then there is nothing to quote.
        String word = "Liveness probe failed";
        boolean told = cluster.client.v1().events().inNamespace(cluster.namespace).list().getItems().stream()
                .anyMatch(e -> String.valueOf(e.getMessage()).contains(word));
        if (told) {
            assertDiagnosed(word);
        }
    }
}
