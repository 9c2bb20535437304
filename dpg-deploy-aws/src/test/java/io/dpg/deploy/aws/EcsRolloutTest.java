package io.dpg.deploy.aws;

import static org.assertj.core.api.Assertions.assertThat;

import io.dpg.deploy.Deployer;
import io.dpg.deploy.Journals;
import io.dpg.deploy.Limits;
import io.dpg.deploy.Plan;
import io.dpg.deploy.Release;
import io.dpg.deploy.RolloutResult;
import io.dpg.deploy.Slot;
import io.dpg.deploy.aws.testkit.FakeAws;
import io.dpg.deploy.aws.testkit.FakeBehaviour;
import io.dpg.deploy.aws.testkit.FakeService;
import io.dpg.deploy.spi.Journal;
import io.dpg.deploy.strategy.BlueGreen;
import io.dpg.deploy.strategy.Canary;
import io.dpg.deploy.strategy.Rolling;
import io.dpg.deploy.strategy.Strategy;
import io.dpg.deploy.testkit.VirtualTime;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whole rollouts of a service that was there before us, while it is in use: no request fails, whatever AWS does. */
class EcsRolloutTest {

    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Strategy CANARY =
            Canary.weights(10, 50, 100).bakeTime(MINUTE).finalBakeTime(MINUTE);
    private static final Strategy BLUE_GREEN = BlueGreen.standard().bakeTime(MINUTE);

    private final VirtualTime time = new VirtualTime();
    private final Journal journal = Journals.inMemory();
    private FakeAws fake;
    private FakeService service;
    private EcsTarget target;

    @BeforeEach
    void begin() {
        fake = FakeAws.start(time);
        service = fake.service("prod", "api").image("app:1").instances(3).behindListener();
        target = target();
        assertThat(target.observe().serving()).isPresent();
    }

    @AfterEach
    void end() {
        fake.close();
    }

    private EcsTarget target() {
        return EcsTarget.service("prod", "api")
                .clients(fake.clients())
                .time(time)
                .build();
    }

    private Deployer deployer() {
        return Deployer.builder()
                .journal(journal)
                .time(time)
                .executor(Runnable::run)
                .build();
    }

    private RolloutResult roll(String version, Strategy strategy) {
        try (Deployer deployer = deployer()) {
            return deployer.rollout(target)
                    .release(Release.of("api", version).image("app:" + version))
                    .strategy(strategy)
                    .limits(Limits.DEFAULT.drain(Duration.ofSeconds(20)))
                    .execute();
        }
    }

    private void serves(String version) {
        assertThat(target.observe().serving()).hasValueSatisfying(g -> {
            assertThat(g.version()).isEqualTo(version);
            assertThat(g.ready()).isGreaterThanOrEqualTo(3);
        });
        assertThat(fake.traffic().failedSeconds())
                .as("%s", fake.traffic().moments())
                .isZero();
    }

    static Stream<Arguments> strategies() {
        return Stream.of(Arguments.of(BLUE_GREEN), Arguments.of(CANARY), Arguments.of(Rolling.standard()));
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void goodReleasesArePromotedAndBadOnesTakenBackWithoutAFailedRequest(Strategy strategy) {
        fake.behaves("app:3", FakeBehaviour.crashes(Duration.ofMillis(100), 3));
        fake.behaves("app:4", FakeBehaviour.cannotPull());
        fake.behaves("app:5", FakeBehaviour.cannotPlace());
        RolloutResult good = roll("2", strategy);
        assertThat(good.promoted()).as(good.toString()).isTrue();
        serves("2");
        for (String bad : new String[] {"3", "4", "5"}) {
            RolloutResult result = roll(bad, strategy);
            assertThat(result).as(bad).isInstanceOf(RolloutResult.RolledBack.class);
            serves("2");
        }
        RolloutResult next = roll("6", strategy);
        assertThat(next.promoted()).as(next.toString()).isTrue();
        serves("6");
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void throttlingLostAnswersAndStaleReadsAreNoVerdict(Strategy strategy) {
        fake.faults().on("*").after(30).next(3).throttles();
        fake.faults().on("ecs:UpdateService").next(2).losesAnswers();
        fake.faults().on("ecs:CreateService").next(1).losesAnswers();
        fake.faults().on("elasticloadbalancing:Modify*").after(1).next(2).breaks(503);
        fake.faults().readsLag(Duration.ofSeconds(4)).pagesOf(2);
        RolloutResult good = roll("2", strategy);
        assertThat(good.promoted()).as(good.toString()).isTrue();
        serves("2");
        fake.behaves("app:3", FakeBehaviour.crashes(Duration.ofMillis(100), 3));
        assertThat(roll("3", strategy)).isInstanceOf(RolloutResult.RolledBack.class);
        serves("2");
    }

    @Test
    void weightsThatComeLateOrNotAtAllAreWaitedForOrWrittenAgain() {
        fake.faults().weightsApplyAfter(Duration.ofSeconds(7)).losesListenerUpdates(2);
        RolloutResult good = roll("2", CANARY);
        assertThat(good.promoted()).as(good.toString()).isTrue();
        serves("2");
    }

    @Test
    void eachShareIsWhatUsersGet() {
        RolloutResult good = roll("2", CANARY);
        assertThat(good.promoted()).as(good.toString()).isTrue();
        assertThat(fake.traffic().moments())
                .anySatisfy(m -> assertThat(m.shares().values()).contains(0.1))
                .anySatisfy(m -> assertThat(m.shares().values()).contains(0.5));
    }

    @Test
    void theFirstCrashIsCalledAFailureAtOnceAndToldWhy() {
        fake.behaves("app:2", FakeBehaviour.crashes(Duration.ofMillis(100), 137));
        RolloutResult bad = roll("2", BLUE_GREEN);
        assertThat(bad.reason()).contains("137");
        assertThat(bad.metrics().duration()).isLessThan(Duration.ofMinutes(3));
        assertThat(target.observe().group(Slot.GREEN).filter(g -> g.desired() > 0))
                .isEmpty();
    }

    @Test
    void anEarlierVersionIsRolledBackTo() {
        assertThat(roll("2", CANARY).promoted()).isTrue();
        try (Deployer deployer = deployer()) {
            RolloutResult back = deployer.rollback(target).execute();
            assertThat(back.promoted()).as(back.toString()).isTrue();
        }
        serves("1");
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void everyCallOfAPlanIsListedBeforeItRuns(Strategy strategy) {
        for (String version : new String[] {"2", "3"}) { // without the second service, and with it
            Set<String> listed = new TreeSet<>();
            try (Deployer deployer = deployer()) {
                Plan plan = deployer.rollout(target)
                        .release(Release.of("api", version).image("app:" + version))
                        .strategy(strategy)
                        .plan();
                target.calls(plan).forEach(c -> listed.add(c.action()));
            }
            fake.forgetCalls();
            assertThat(roll(version, strategy).promoted()).isTrue();
            Set<String> made = new TreeSet<>();
            fake.calls().forEach(c -> made.add(c.service() + ":" + c.operation()));
            assertThat(made).isSubsetOf(listed);
        }
    }

    @Test
    void callsOfARolloutAreCounted() {
        fake.forgetCalls();
        assertThat(roll("2", BLUE_GREEN).promoted()).isTrue();
        System.out.println("calls of a blue-green with a new second service: "
                + fake.calls().size());
        fake.forgetCalls();
        assertThat(roll("3", CANARY).promoted()).isTrue();
        System.out.println("calls of a canary: " + fake.calls().size());
        assertThat(fake.calls()).hasSizeLessThan(2_000);
    }
}
