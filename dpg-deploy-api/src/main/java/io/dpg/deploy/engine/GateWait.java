package io.dpg.deploy.engine;

import io.dpg.deploy.Plan;
import io.dpg.deploy.check.Gate;
import io.dpg.deploy.check.GateContext;
import io.dpg.deploy.check.GateDecision;
import io.dpg.deploy.engine.Outcomes.AbortAsked;
import io.dpg.deploy.engine.Outcomes.GateClosed;
import io.dpg.deploy.engine.Outcomes.StepFailed;
import io.dpg.deploy.event.Event;
import java.time.Duration;
import java.time.Instant;

/** Waits for a gate. Its clock starts when the gate was first reached, restarts of the process included. */
final class GateWait {

    private final Run run;

    GateWait(Run run) {
        this.run = run;
    }

    void await(String name, Instant since) throws InterruptedException {
        Gate gate = run.spec.gates().stream()
                .filter(g -> g.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new GateClosed("gate '" + name + "' is not known to this process"));
        Duration limit = run.deadline().limit();
        Instant end = since.plus(limit);
        boolean asked = false;
        String told = null;
        while (true) {
            run.checkpoint();
            GateContext context = context(since);
            if (!asked) {
                asked = true;
                start(gate, context);
            }
            GateDecision decision = decide(gate, context);
            if (decision.state() == GateDecision.State.OPEN) {
                run.heard += context.messages().size();
                return;
            }
            String reason = run.events.redact(decision.reason());
            if (decision.state() == GateDecision.State.CLOSED) {
                throw new GateClosed("gate '" + name + "' closed: " + reason);
            }
            Instant now = run.time.now();
            if (!now.isBefore(end)) {
                throw new GateClosed("gate '" + name + "' did not open within " + Plan.text(limit) + ": " + reason);
            }
            if (!reason.equals(told)) {
                told = reason;
                run.events.publish(new Event.GateWaiting(run.head(), name, reason));
            }
            waitForNews(
                    Durations.min(gate.interval(), Duration.between(now, end)),
                    run.heard + context.messages().size());
        }
    }

    private GateContext context(Instant since) {
        return new GateContext(
                run.id,
                run.spec.release(),
                run.plan,
                run.spec.requestedBy(),
                since,
                run.time.now(),
                run.signals
                        .messages()
                        .subList(
                                Math.min(run.heard, run.signals.messages().size()),
                                run.signals.messages().size()));
    }

    private void start(Gate gate, GateContext context) throws InterruptedException {
        try {
            run.call(() -> {
                gate.waitingStarts(context, run.signals::say);
                return true;
            });
        } catch (InterruptedException | AbortAsked | StepFailed | Recorder.Lost e) {
            throw e;
        } catch (Exception e) {
            run.warn("gate '" + gate.name() + "' could not ask: " + run.text(e));
        }
    }

    private GateDecision decide(Gate gate, GateContext context) throws InterruptedException {
        try {
            return run.call(() -> gate.evaluate(context));
        } catch (InterruptedException | AbortAsked | StepFailed | Recorder.Lost e) {
            throw e;
        } catch (Exception e) {
            throw new GateClosed("gate '" + gate.name() + "' could not decide: " + run.text(e));
        }
    }

    /** Sleeps until it is time to look again or somebody said something. */
    private void waitForNews(Duration most, int heard) throws InterruptedException {
        Deadline end = new Deadline(run.time, most);
        while (!end.passed() && run.signals.messages().size() == heard) {
            run.nap(Durations.min(Duration.ofSeconds(1), end.left()));
            run.checkpoint();
        }
    }
}
