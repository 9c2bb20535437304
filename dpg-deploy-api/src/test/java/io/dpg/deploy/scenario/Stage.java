package io.dpg.deploy.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.dpg.deploy.Deployer;
import io.dpg.deploy.Journals;
import io.dpg.deploy.Observation;
import io.dpg.deploy.Release;
import io.dpg.deploy.RolloutBuilder;
import io.dpg.deploy.check.Metric;
import io.dpg.deploy.event.Event;
import io.dpg.deploy.spi.Journal;
import io.dpg.deploy.spi.JournalRecord;
import io.dpg.deploy.strategy.Strategy;
import io.dpg.deploy.testkit.SimulatedChecks;
import io.dpg.deploy.testkit.SimulatedTarget;
import io.dpg.deploy.testkit.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A simulated target on which v1 serves with four instances, and a deployer in virtual time. */
final class Stage {

    final VirtualTime time = new VirtualTime();
    final SimulatedTarget target = new SimulatedTarget("shop", time).serving("v1", 4);
    final Journal journal = Journals.inMemory();
    final List<Event> events = new ArrayList<>();
    final Deployer deployer = deployer(journal);

    Deployer deployer(Journal with) {
        return Deployer.builder()
                .time(time)
                .executor(Runnable::run)
                .journal(with)
                .listener(events::add)
                .user("tester")
                .owner("owner-" + events.size() + "-" + System.identityHashCode(new Object()))
                .build();
    }

    RolloutBuilder rollout(String version, Strategy strategy) {
        return rollout(deployer, version, strategy);
    }

    RolloutBuilder rollout(Deployer by, String version, Strategy strategy) {
        return by.rollout(target).release(Release.of("shop", version)).strategy(strategy);
    }

    Metric errorRate() {
        return Metric.named("error-rate")
                .from(SimulatedChecks.errorRatio(target), "error-ratio")
                .below(0.05)
                .interval(Duration.ofSeconds(10));
    }

    /** Another process that shares the journal. */
    Deployer another() {
        return deployer(journal);
    }

    /** The newest rollout's records. */
    List<JournalRecord> records() {
        List<String> rollouts = journal.rollouts(target.key());
        return rollouts.isEmpty() ? List.of() : journal.read(rollouts.get(rollouts.size() - 1));
    }

    JournalRecord lastRecord() {
        return records().get(records().size() - 1);
    }

    /** Nothing is left but v1 with everything, as at the start. */
    void assertAllOld() {
        Observation truth = target.truth();
        assertThat(truth.groups()).as("groups").hasSize(1);
        assertThat(truth.serving()).hasValueSatisfying(g -> {
            assertThat(g.version()).isEqualTo("v1");
            assertThat(g.ready()).as("ready of v1").isGreaterThanOrEqualTo(4);
            assertThat(g.inPlace()).isNull();
        });
    }

    /** All traffic is on as many instances of {@code version} as were wanted. */
    void assertAllNew(String version) {
        assertThat(target.truth().serving()).hasValueSatisfying(g -> {
            assertThat(g.version()).isEqualTo(version);
            assertThat(g.ready()).as("ready of " + version).isGreaterThanOrEqualTo(4);
            assertThat(g.inPlace()).isNull();
        });
    }

    int weight(String version) {
        return target.truth().groups().stream()
                .filter(g -> g.version().equals(version))
                .mapToInt(g -> g.weight())
                .sum();
    }

    <T extends Event> List<T> seen(Class<T> kind) {
        return events.stream().filter(kind::isInstance).map(kind::cast).toList();
    }
}
