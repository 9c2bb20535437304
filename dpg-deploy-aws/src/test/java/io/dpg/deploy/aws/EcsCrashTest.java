package io.dpg.deploy.aws;

import static org.assertj.core.api.Assertions.assertThat;

import io.dpg.deploy.Deployer;
import io.dpg.deploy.Group;
import io.dpg.deploy.Journals;
import io.dpg.deploy.Limits;
import io.dpg.deploy.Observation;
import io.dpg.deploy.Release;
import io.dpg.deploy.RolloutResult;
import io.dpg.deploy.aws.testkit.FakeAws;
import io.dpg.deploy.spi.Journal;
import io.dpg.deploy.strategy.BlueGreen;
import io.dpg.deploy.strategy.Canary;
import io.dpg.deploy.strategy.Rolling;
import io.dpg.deploy.strategy.Strategy;
import io.dpg.deploy.testkit.VirtualTime;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.interceptor.SdkExecutionAttribute;

/** R1: the process is killed at every change that it asks AWS for, before or after AWS got it, and another one goes on. */
class EcsCrashTest {

    private static final Duration MINUTE = Duration.ofMinutes(1);

    static Stream<Strategy> strategies() {
        return Stream.of(
                BlueGreen.standard().bakeTime(MINUTE),
                Canary.weights(50, 100).bakeTime(MINUTE).finalBakeTime(MINUTE),
                Rolling.standard());
    }

    /** The process is no more. */
    private static final class Died extends Error {
        private static final long serialVersionUID = 1L;
    }

    /** Dies at the change with a number, and at everything afterwards. */
    private static final class Death implements ExecutionInterceptor {
        private final int at;
        private final boolean before;
        private int changes;
        private boolean dead;

        Death(int at, boolean before) {
            this.at = at;
            this.before = before;
        }

        @Override
        public void beforeTransmission(Context.BeforeTransmission context, ExecutionAttributes attributes) {
            String operation = attributes.getAttribute(SdkExecutionAttribute.OPERATION_NAME);
            boolean reads = operation.startsWith("Describe") || operation.startsWith("List");
            boolean now = !reads && ++changes == at;
            if (dead || (now && before)) {
                dead = true;
                throw new Died();
            }
            dead = now;
        }

        @Override
        public void afterTransmission(Context.AfterTransmission context, ExecutionAttributes attributes) {
            if (dead) {
                throw new Died();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void aReleaseIsAllNewOrAllOldWhereverTheProcessDies(Strategy strategy) {
        int places = 0;
        for (boolean before : new boolean[] {true, false}) {
            for (int at = 1; killed(strategy, at, before); at++) {
                places++;
            }
        }
        assertThat(places).as("places to die").isGreaterThan(6);
    }

    /** Returns whether there was such a change to die at. */
    private static boolean killed(Strategy strategy, int at, boolean before) {
        VirtualTime time = new VirtualTime();
        Journal journal = Journals.inMemory();
        String what = strategy.describe() + ", killed " + (before ? "before" : "after") + " change " + at;
        try (FakeAws fake = FakeAws.start(time)) {
            fake.service("prod", "api")
                    .image("app:1")
                    .instances(2)
                    .behindListener()
                    .scaled(2, 6);
            Death death = new Death(at, before);
            boolean died = false;
            try (AwsClients clients = AwsClients.builder()
                            .region("eu-central-1")
                            .endpoint(fake.endpoint())
                            .credentials(StaticCredentialsProvider.create(AwsBasicCredentials.create("a", "b")))
                            .interceptor(death)
                            .build();
                    Deployer deployer = deployer(journal, time, "first")) {
                roll(deployer, target(clients, time), strategy);
            } catch (Throwable e) {
                died = true;
            }
            if (!death.dead) {
                return false;
            }
            assertThat(died).as(what).isTrue();
            time.advance(Duration.ofMinutes(2));
            EcsTarget again = target(fake.clients(), time);
            try (Deployer second = deployer(journal, time, "second")) {
                Optional<RolloutResult> resumed = second.resume(again).execute();
                if (resumed.isEmpty()) {
                    roll(second, again, strategy);
                }
            }
            Observation end = again.observe();
            Group serving = end.serving().orElseThrow(() -> new AssertionError(what + ": " + end));
            assertThat(serving.version()).as(what + ": " + end).isIn("1", "2");
            assertThat(serving.ready()).as(what + ": " + end).isGreaterThanOrEqualTo(2);
            assertThat(serving.inPlace()).as(what + ": " + end).isNull();
            assertThat(fake.traffic().failedSeconds())
                    .as(what + ": " + fake.traffic().failures())
                    .isZero();
            return true;
        }
    }

    private static Deployer deployer(Journal journal, VirtualTime time, String owner) {
        return Deployer.builder()
                .journal(journal)
                .time(time)
                .owner(owner)
                .executor(Runnable::run)
                .build();
    }

    private static EcsTarget target(AwsClients clients, VirtualTime time) {
        return EcsTarget.service("prod", "api").clients(clients).time(time).build();
    }

    private static void roll(Deployer deployer, EcsTarget target, Strategy strategy) {
        deployer.rollout(target)
                .release(Release.of("api", "2").image("app:2"))
                .strategy(strategy)
                .limits(Limits.DEFAULT.drain(Duration.ofSeconds(20)))
                .execute();
    }
}
