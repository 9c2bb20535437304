package io.dpg.deploy.engine;

import io.dpg.deploy.Plan;
import io.dpg.deploy.Step;
import io.dpg.deploy.check.Check;
import io.dpg.deploy.check.CheckContext;
import io.dpg.deploy.check.CheckResult;
import io.dpg.deploy.engine.Outcomes.StepFailed;
import io.dpg.deploy.event.Event;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Runs the checks of a step, one after the other, and fails once all have been made, so that all failures are told. */
final class Verification {

    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final Duration BREATH = Duration.ofMillis(20);

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

    /**
     * Makes a check beside the rollout's thread, which looks at the target meanwhile: where what is checked has ended for
     * good, there is nothing to wait for.
     */
    private CheckResult made(Check check, Step.Verify step, @Nullable URI endpoint) throws InterruptedException {
        Deadline end = new Deadline(run.time, run.deadline().left());
        long begun = run.time.nanos();
        if (end.passed()) {
            return problem(check, "no time was left to make it", begun);
        }
        CheckContext context = new CheckContext(endpoint, step.slot(), run.spec.release(), end.left(), run.time);
        AtomicLong took = new AtomicLong();
        Future<CheckResult> made = run.time.start(() -> {
            try {
                return check.run(context);
            } finally {
                took.set(run.time.nanos() - begun);
                run.signals.wake();
            }
        });
        try {
            Duration apart = Durations.max(run.spec.target().lookEvery(), LOOK);
            Deadline look = new Deadline(run.time, apart);
            while (!made.isDone()) {
                if (end.passed()) {
                    return problem(check, "no answer within " + Plan.text(end.limit()), begun);
                }
                run.nap(BREATH);
                run.checkpoint();
                if (look.passed()) {
                    run.failOnFatal(run.look(), step.slot());
                    look = new Deadline(run.time, apart);
                }
            }
            run.checkpoint();
            CheckResult result = made.get();
            if (result == null) {
                return problem(check, "the check said nothing", begun);
            }
            return took.get() > end.limit().toNanos()
                    ? problem(check, "no answer within " + Plan.text(end.limit()), begun)
                    : clean(result).critical(check.critical());
        } catch (ExecutionException e) {
            return problem(check, run.text(e.getCause() == null ? e : e.getCause()), begun);
        } finally {
            made.cancel(true);
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

    private CheckResult problem(Check check, String message, long begun) {
        Duration took = Duration.ofNanos(run.time.nanos() - begun);
        return new CheckResult(check.name(), CheckResult.Status.ERROR, message, took, 1).critical(check.critical());
    }
}
