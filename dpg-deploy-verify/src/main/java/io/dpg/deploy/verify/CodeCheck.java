package io.dpg.deploy.verify;

import io.dpg.deploy.Plan;
import io.dpg.deploy.check.CheckContext;
import io.dpg.deploy.check.CheckResult;
import io.dpg.deploy.check.Checks.Assertion;
import io.dpg.deploy.verify.Attempts.Found;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Runs any code again and again until it says yes:
 *
 * <pre>{@code
 * CodeCheck.of("queue is empty", () -> broker.depth("orders") == 0).within(Duration.ofMinutes(2))
 * CodeCheck.asserting("search", context -> assertThat(client(context.base()).search("shoe")).isNotEmpty())
 * }</pre>
 *
 * <p>Code that takes longer than {@link #timeout} is interrupted. Where it does not mind, it is left behind, and not
 * called again before it has ended. Unlike {@link io.dpg.deploy.check.Checks}, which looks once.
 *
 * <p>Immutable, and as thread-safe as the code it is given.
 */
public final class CodeCheck extends RetryingCheck<CodeCheck> {

    private final Assertion code;

    private CodeCheck(Assertion code, Common common) {
        super(common);
        this.code = code;
    }

    /**
     * Returns a check that passes where {@code passes} returns true. False and null are bad looks; an exception is one
     * as well, and the result an {@link CheckResult.Status#ERROR} where it is the last.
     */
    public static CodeCheck of(String name, Callable<Boolean> passes) {
        Objects.requireNonNull(passes, "passes");
        return asserting(name, context -> {
            if (!Boolean.TRUE.equals(passes.call())) {
                throw new AssertionError("expected true, but got false");
            }
        });
    }

    /**
     * Returns a check that passes where {@code assertion} throws nothing. An {@link AssertionError}, as AssertJ and JUnit
     * throw it, is a bad look; any other exception is one as well, and the result an {@link CheckResult.Status#ERROR}
     * where it is the last.
     */
    public static CodeCheck asserting(String name, Assertion assertion) {
        return new CodeCheck(Objects.requireNonNull(assertion, "assertion"), Common.DEFAULT).named(name);
    }

    @Override
    CodeCheck with(Common other) {
        return new CodeCheck(code, other);
    }

    @Override
    String defaultName() {
        return "code";
    }

    @Override
    public CheckResult run(CheckContext context) throws InterruptedException {
        AtomicBoolean running = new AtomicBoolean();
        return common.attempts().run(this, context, timeout -> look(context, timeout, running));
    }

    private Found look(CheckContext context, Duration timeout, AtomicBoolean running) throws InterruptedException {
        if (running.get()) {
            return Found.bad("the look before has not ended yet, though it was interrupted");
        }
        try {
            return context.time().call(() -> made(context, running), timeout, timeout, () -> {});
        } catch (InterruptedException e) {
            throw e;
        } catch (TimeoutException e) {
            return Found.bad("had not ended after " + Plan.text(timeout));
        } catch (ExecutionException e) {
            return Found.error("could not be made: " + e.getCause());
        } catch (Exception e) {
            return Found.error("could not be made: " + e);
        }
    }

    private Found made(CheckContext context, AtomicBoolean running) throws Exception {
        running.set(true);
        try {
            code.run(context);
            return Found.good("as expected");
        } catch (AssertionError e) {
            return Found.bad(e.getMessage() == null ? "an assertion failed without a message" : e.getMessage());
        } finally {
            running.set(false);
        }
    }
}
