package io.dpg.deploy.aws.testkit;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * What goes wrong between the client and the fake AWS: it concerns calls that begin afterwards. Of several scripts for one call
 * the first counts.
 */
public final class FakeFaults {

    private final List<FakeFault> scripts = new CopyOnWriteArrayList<>();
    private volatile Duration lag = Duration.ZERO;
    private volatile Duration lateness = Duration.ZERO;
    private volatile int lost;
    private volatile int page = 100;

    FakeFaults() {}

    /**
     * Begins a script for calls of an operation.
     *
     * @param action as an IAM action, such as {@code ecs:UpdateService}; {@code *} stands for any text
     */
    public FakeFault on(String action) {
        return new FakeFault(this, action);
    }

    /** Forgets all scripts, and lets reads and updates be prompt again. */
    public FakeFaults none() {
        scripts.clear();
        lag = Duration.ZERO;
        lateness = Duration.ZERO;
        lost = 0;
        return this;
    }

    /** Has reads of ECS and Elastic Load Balancing show what was {@code lag} ago. */
    public FakeFaults readsLag(Duration lag) {
        this.lag = lag;
        return this;
    }

    /** Has changed weights of listeners and rules apply {@code lateness} after they were accepted, and shown. */
    public FakeFaults weightsApplyAfter(Duration lateness) {
        this.lateness = lateness;
        return this;
    }

    /** Has the next {@code updates} changes of listeners or rules accepted, but without effect. */
    public FakeFaults losesListenerUpdates(int updates) {
        this.lost = updates;
        return this;
    }

    /** Sets how many items a page has at most, whatever the caller asks for; default 100. */
    public FakeFaults pagesOf(int items) {
        if (items < 1) {
            throw new IllegalArgumentException("A page has at least one item");
        }
        this.page = items;
        return this;
    }

    void add(FakeFault script) {
        scripts.add(script);
    }

    @Nullable
    FakeFault next(String action) {
        FakeFault found = null;
        for (FakeFault script : scripts) {
            if (script.strikes(action) && found == null) {
                found = script;
            }
        }
        return found;
    }

    Duration lag() {
        return lag;
    }

    Duration lateness() {
        return lateness;
    }

    boolean losesUpdate() {
        if (lost == 0) {
            return false;
        }
        lost = lost - 1; // calls are played one at a time
        return true;
    }

    int page() {
        return page;
    }
}
