package io.dpg.deploy.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dpg.deploy.DeployException;
import io.dpg.deploy.RolloutResult;
import io.dpg.deploy.spi.Journal;
import io.dpg.deploy.strategy.BlueGreen;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.function.BiPredicate;
import org.junit.jupiter.api.Test;

/** A journal that is away: nothing is done without it, and nothing is given up while nobody else took over. */
class JournalOutageTest {

    private static final BlueGreen WATCHED = BlueGreen.standard().bakeTime(Duration.ofMinutes(2));

    private final Stage stage = new Stage();
    private final Instant begun = stage.time.now();

    /** Returns the stage's journal, which does not answer calls that {@code away} says. */
    private Journal journal(BiPredicate<String, Duration> away) {
        return (Journal) Proxy.newProxyInstance(
                Journal.class.getClassLoader(), new Class<?>[] {Journal.class}, (proxy, method, args) -> {
                    if (away.test(method.getName(), Duration.between(begun, stage.time.now()))) {
                        throw new DeployException(
                                "Tried to " + method.getName() + ", but the journal is away",
                                DeployException.Details.NONE.mayRetry());
                    }
                    try {
                        return method.invoke(stage.journal, args);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private static boolean within(Duration now, int from, int to) {
        return now.toSeconds() >= from && now.toSeconds() < to;
    }

    @Test
    void oneThatIsAwayForLongerThanALeaseLastsIsWaitedFor() {
        Journal flaky = journal((call, now) -> within(now, 10, 70));
        RolloutResult result =
                stage.rollout(stage.deployer(flaky), "v2", WATCHED).execute();
        assertThat(result.promoted()).as(result.reason()).isTrue();
        stage.assertAllNew("v2");
    }

    @Test
    void oneThatNeverComesBackEndsTheRunWithoutAnotherChange() {
        Journal gone = journal((call, now) -> within(now, 10, Integer.MAX_VALUE));
        assertThatThrownBy(
                        () -> stage.rollout(stage.deployer(gone), "v2", WATCHED).execute())
                .isInstanceOf(DeployException.class)
                .hasMessageContaining("resume");
        assertThat(Duration.between(begun, stage.time.now())).isLessThan(Duration.ofMinutes(5));
    }

    @Test
    void oneThatRenewsButTakesNoRecordEndsTheRunToo() {
        Journal full = journal((call, now) -> call.equals("append") && within(now, 10, Integer.MAX_VALUE));
        assertThatThrownBy(
                        () -> stage.rollout(stage.deployer(full), "v2", WATCHED).execute())
                .isInstanceOf(DeployException.class)
                .hasMessageContaining("resume");
        assertThat(Duration.between(begun, stage.time.now())).isLessThan(Duration.ofMinutes(10));
    }
}
