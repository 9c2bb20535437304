package io.dpg.deploy.strategy;

import io.dpg.deploy.Fault;
import io.dpg.deploy.Group;
import io.dpg.deploy.Step;
import io.dpg.deploy.spi.Shifting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A strategy that is left to a platform which shifts traffic itself: one update, which ends when the platform is done.
 * Immutable.
 *
 * @param name the strategy that was asked for
 * @param asked what the platform is to do, or null where it cannot
 * @param why why it cannot; empty where it can
 */
record ByPlatform(String name, @Nullable Shifting asked, String why) implements Strategy {

    static Strategy shifting(Strategy asked, Shifting shifting) {
        return new ByPlatform(asked.describe(), shifting, "");
    }

    static Strategy impossible(Strategy asked, String why) {
        return new ByPlatform(asked.describe(), null, why);
    }

    @Override
    public String describe() {
        return name + ", shifted by the platform";
    }

    @Override
    public List<Fault> validate(Situation situation) {
        List<Fault> faults = new ArrayList<>();
        if (asked == null) {
            faults.add(new Fault("strategy", name, why));
        }
        if (!situation.analyses().isEmpty()) {
            faults.add(new Fault(
                    "analyze",
                    String.join(", ", situation.analyses()),
                    "would never look, because the platform shifts the traffic itself; give it to watch(…), which looks"
                            + " all the time"));
        }
        return faults;
    }

    @Override
    public List<Step> steps(Situation situation) {
        if (situation.stable().isEmpty()) {
            return Steps.first(situation, Duration.ZERO);
        }
        Group stable = situation.stable().orElseThrow();
        Steps steps = new Steps(situation);
        Duration ready = situation.limits().ready();
        Shifting shifting = java.util.Objects.requireNonNull(asked);
        steps.list()
                .add(new Step.Update(
                        stable.slot(),
                        situation.release().version(),
                        situation.revision(),
                        stable.desired(),
                        ready.plus(shifting.total()).plus(situation.limits().change()),
                        shifting));
        if (situation.replicas() != stable.desired()) {
            steps.list()
                    .add(new Step.Scale(
                            stable.slot(),
                            situation.replicas(),
                            situation.limits().change()));
        }
        steps.list().add(new Step.AwaitReady(stable.slot(), situation.replicas(), ready));
        return steps.verify(stable.slot(), true).list();
    }

    @Override
    public Strategy byPlatform() {
        return this;
    }

    @Override
    public boolean inPlace() {
        return true;
    }

    @Override
    public boolean keepsOld() {
        return false;
    }
}
