package io.dpg.deploy.engine;

import io.dpg.deploy.DeployException;
import io.dpg.deploy.Observation;
import io.dpg.deploy.Plan;
import io.dpg.deploy.Rollout;
import io.dpg.deploy.RolloutResult;
import io.dpg.deploy.RolloutStatus;
import io.dpg.deploy.spi.Message;
import io.dpg.deploy.spi.Time;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** The user's hold on a rollout. Thread-safe. */
final class RunHandle implements Rollout {

    private final String id;
    private final Plan planned;
    private final Signals signals;
    private final Time time;
    private final String user;
    private final CompletableFuture<RolloutResult> ending = new CompletableFuture<>();
    private final String nonce = Integer.toHexString(UUID.randomUUID().hashCode());
    private volatile @Nullable Run run;

    RunHandle(String id, Plan planned, Signals signals, Time time, String user) {
        this.id = id;
        this.planned = planned;
        this.signals = signals;
        this.time = time;
        this.user = user;
    }

    /** Returns what tells this hold from every other one on the same rollout. */
    String nonce() {
        return nonce;
    }

    void attach(Run attached) {
        run = attached;
    }

    void complete(RolloutResult result) {
        ending.complete(result);
    }

    void lost(Throwable why) {
        ending.completeExceptionally(why);
    }

    Signals signals() {
        return signals;
    }

    boolean ended() {
        return ending.isDone();
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public Plan plan() {
        Run present = run;
        return present == null ? planned : present.plan;
    }

    @Override
    public RolloutStatus status() {
        Run present = run;
        if (present == null) {
            RolloutStatus.State state = ended() ? RolloutStatus.State.FINISHED : RolloutStatus.State.RUNNING;
            return new RolloutStatus(
                    id, state, 0, planned.steps().size(), "waits for the right to act", Observation.EMPTY);
        }
        return present.status();
    }

    @Override
    public Optional<RolloutResult> result() {
        return ending.isDone() && !ending.isCompletedExceptionally() ? Optional.of(ending.join()) : Optional.empty();
    }

    @Override
    public RolloutResult await() throws InterruptedException {
        try {
            return ending.get();
        } catch (ExecutionException e) {
            throw failed(e);
        }
    }

    @Override
    public Optional<RolloutResult> await(Duration atMost) throws InterruptedException {
        try {
            return Optional.of(ending.get(atMost.toNanos(), TimeUnit.NANOSECONDS));
        } catch (TimeoutException e) {
            return Optional.empty();
        } catch (ExecutionException e) {
            throw failed(e);
        }
    }

    private static RuntimeException failed(ExecutionException e) {
        Throwable cause = e.getCause();
        if (cause instanceof Error error) {
            throw error;
        }
        return cause instanceof RuntimeException unchecked
                ? unchecked
                : new DeployException(String.valueOf(cause), DeployException.Details.NONE, cause);
    }

    @Override
    public void pause() {
        say(Message.Kind.PAUSE, user, "");
    }

    @Override
    public void resume() {
        say(Message.Kind.RESUME, user, "");
    }

    @Override
    public void promote() {
        say(Message.Kind.PROMOTE, user, "");
    }

    @Override
    public void abort() {
        say(Message.Kind.ABORT, user, "");
    }

    @Override
    public void approve(String by, String comment) {
        say(Message.Kind.APPROVE, by, comment);
    }

    @Override
    public void reject(String by, String comment) {
        say(Message.Kind.REJECT, by, comment);
    }

    private void say(Message.Kind kind, String by, String comment) {
        if (!ended()) {
            signals.say(new Message(kind, by, comment, time.now()));
        }
    }
}
