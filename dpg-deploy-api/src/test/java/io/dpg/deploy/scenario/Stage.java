package io.dpg.deploy.scenario;

import io.dpg.deploy.Deployer;
import io.dpg.deploy.Journals;
import io.dpg.deploy.Release;
import io.dpg.deploy.RolloutBuilder;
import io.dpg.deploy.check.Metric;
import io.dpg.deploy.event.Event;
import io.dpg.deploy.spi.Journal;
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
