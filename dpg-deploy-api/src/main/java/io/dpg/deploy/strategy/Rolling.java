package io.dpg.deploy.strategy;

import io.dpg.deploy.Fault;
import io.dpg.deploy.Group;
import io.dpg.deploy.Plan;
import io.dpg.deploy.Slot;
import io.dpg.deploy.Step;
import io.dpg.deploy.spi.Capability;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Replaces the instances of the serving group in place, some at a time, checks after each, and goes back if any is
 * unhealthy. Immutable.
 */
public final class Rolling implements Strategy {

    private final int batch;
    private final Duration bakeTime;
    private final Duration finalBakeTime;

    private Rolling(int batch, Duration bakeTime, Duration finalBakeTime) {
        this.batch = batch;
        this.bakeTime = bakeTime;
        this.finalBakeTime = finalBakeTime;
    }

    /** Returns the strategy with its defaults: one at a time, checked after each, not watched longer. */
    public static Rolling standard() {
        return batches(1);
    }

    /**
     * Returns a rolling update of {@code instances} at a time.
     *
     * @throws IllegalArgumentException if {@code instances} is less than 1
     */
    public static Rolling batches(int instances) {
        if (instances < 1) {
            throw new IllegalArgumentException("A batch has at least 1 instance, but is " + instances);
        }
        return new Rolling(instances, Duration.ZERO, Duration.ZERO);
    }

    /** Returns a copy that watches for {@code time} after each batch but the last; default zero. */
    public Rolling bakeTime(Duration time) {
        return new Rolling(batch, Steps.notNegative("bakeTime", time), finalBakeTime);
    }

    /** Returns a copy that watches for {@code time} once all instances are replaced; default zero. */
    public Rolling finalBakeTime(Duration time) {
        return new Rolling(batch, bakeTime, Steps.notNegative("finalBakeTime", time));
    }

    @Override
    public String describe() {
        return "rolling, " + (batch == 1 ? "one" : String.valueOf(batch)) + " at a time"
                + (bakeTime.isZero() ? "" : ", each watched for " + Plan.text(bakeTime));
    }

    @Override
    public List<Fault> validate(Situation situation) {
        List<Fault> faults = new ArrayList<>();
        Steps.require(
                faults,
                situation,
                describe(),
                Capability.IN_PLACE_UPDATE,
                "the target cannot replace instances in place; use BlueGreen");
        Steps.noLoneAnalysis(faults, situation, bakeTime.plus(finalBakeTime), "bakeTime");
        return faults;
    }

    @Override
    public List<Step> steps(Situation situation) {
        if (situation.stable().isEmpty()) {
            return Steps.first(situation, finalBakeTime);
        }
        Group stable = situation.stable().orElseThrow();
        Slot slot = stable.slot();
        Steps steps = new Steps(situation);
        int size = stable.desired();
        for (int done = Math.min(batch, size); ; done = Math.min(size, done + batch)) {
            steps.list()
                    .add(new Step.Update(
                            slot,
                            situation.release().version(),
                            situation.revision(),
                            done,
                            situation.limits().ready()));
            steps.list().add(new Step.AwaitReady(slot, size, situation.limits().ready()));
            if (situation.can(Capability.PREVIEW_ENDPOINT)) {
                steps.verify(slot, false);
            }
            if (done == size) {
                break;
            }
            steps.bake(slot, bakeTime);
        }
        if (situation.replicas() != size) {
            steps.list()
                    .add(new Step.Scale(
                            slot, situation.replicas(), situation.limits().change()));
            steps.list()
                    .add(new Step.AwaitReady(
                            slot, situation.replicas(), situation.limits().ready()));
        }
        return steps.verify(slot, true).bake(slot, finalBakeTime).list();
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
