package io.dpg.deploy.engine;

import io.dpg.deploy.Step;
import io.dpg.deploy.check.Check;
import io.dpg.deploy.check.CheckContext;
import io.dpg.deploy.check.CheckResult;
import io.dpg.deploy.engine.Outcomes.AbortAsked;
import io.dpg.deploy.engine.Outcomes.StepFailed;
import io.dpg.deploy.event.Event;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Runs the checks of a step, one after the other, and fails once all have been made, so that all failures are told. */
final class Verification {

    private final Run run;

    Verification(Run run) {
        this.run = run;
    }

    void verify(Step.Verify step) throws InterruptedException {
        run.look();
        URI endpoint = endpoint(step);
        List<String> failures = new ArrayList<>();
        for (String name : step.checks()) {
            Check check = run.spec.checks().stream()
                    .filter(c -> c.name().equals(name))
                    .findFirst()
                    .orElse(null);
            if (check == null) {
                failures.add("check '" + name + "' is not known to this process");
                continue;
            }
            run.checkpoint();
            CheckResult result = made(check, step, endpoint);
            run.events.publish(new Event.Checked(run.head(), result, check.critical()));
            tell(result, failures);
        }
        if (!failures.isEmpty()) {
            throw new StepFailed(String.join("; ", failures), true);
        }
    }

    /** A failure counts where it is critical; the rest is warned of, the parts of a suite that passed included. */
    private void tell(CheckResult result, List<String> failures) {
        if (!result.passed() && result.critical()) {
            failures.add(result.toString());
        } else if (!result.passed()) {
            run.warn("non-critical check " + result);
        } else {
            result.parts().stream()
                    .filter(part -> !part.passed())
                    .forEach(part -> run.warn("non-critical check " + result.check() + " / " + part));
        }
    }

    private @Nullable URI endpoint(Step.Verify step) throws InterruptedException {
        return run.act(
                        "find where to check",
                        () -> step.live()
                                ? run.spec.target().liveEndpoint()
                                : run.spec.target().endpoint(step.slot()))
                .orElse(null);
    }

    private CheckResult made(Check check, Step.Verify step, @Nullable URI endpoint) throws InterruptedException {
        Duration left = run.deadline().left();
        long begun = run.time.nanos();
        try {
            if (left.isZero()) {
                return problem(check, CheckResult.Status.ERROR, "no time was left to make it", begun);
            }
            CheckContext context = new CheckContext(endpoint, step.slot(), run.spec.release(), left, run.time);
            CheckResult result = run.call(() -> check.run(context), left);
            return clean(result).critical(check.critical());
        } catch (InterruptedException | AbortAsked | StepFailed | Recorder.Lost e) {
            throw e;
        } catch (Exception e) {
            return problem(check, CheckResult.Status.ERROR, run.text(e), begun);
        }
    }

    private CheckResult clean(CheckResult result) {
        return new CheckResult(
                result.check(),
                result.status(),
                run.events.redact(result.message()),
                result.took(),
                result.attempts(),
                result.critical(),
                result.parts().stream().map(this::clean).toList());
    }

    private CheckResult problem(Check check, CheckResult.Status status, String message, long begun) {
        Duration took = Duration.ofNanos(run.time.nanos() - begun);
        return new CheckResult(check.name(), status, message, took, 1);
    }
}
