package io.dpg.deploy;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Something could not be done. The message says what was tried, why it failed and what to do; the parts are also
 * readable one by one.
 */
public class DeployException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Details details;

    /** Reports {@code message} with {@code details}. */
    public DeployException(String message, Details details) {
        this(message, details, null);
    }

    /** Reports {@code message} with {@code details}, caused by {@code cause}. */
    public DeployException(String message, Details details, @Nullable Throwable cause) {
        super(details.remedy == null ? message : message + "; " + details.remedy, cause);
        this.details = details;
    }

    /** Returns the provider that failed, such as {@code local}. */
    public Optional<String> provider() {
        return Optional.ofNullable(details.provider);
    }

    /** Returns the key of the target concerned. */
    public Optional<String> target() {
        return Optional.ofNullable(details.target);
    }

    /** Returns the step that was running. */
    public Optional<String> step() {
        return Optional.ofNullable(details.step);
    }

    /** Returns whether the same call may succeed when repeated. */
    public boolean retryable() {
        return details.retryable;
    }

    /** Returns what a person can do. */
    public Optional<String> remedy() {
        return Optional.ofNullable(details.remedy);
    }

    /**
     * Where something failed and what to do about it. Immutable; each method returns a changed copy of {@link #NONE}.
     *
     * @param provider the provider, such as {@code local}
     * @param target the target's key
     * @param step the step that was running
     * @param retryable whether repeating may help
     * @param remedy what a person can do, in the imperative
     */
    public record Details(
            @Nullable String provider,
            @Nullable String target,
            @Nullable String step,
            boolean retryable,
            @Nullable String remedy) {

        /** Nothing is known, and repeating will not help. */
        public static final Details NONE = new Details(null, null, null, false, null);

        /** Returns a copy for {@code target} of {@code provider}. */
        public Details at(String provider, String target) {
            return new Details(provider, target, step, retryable, remedy);
        }

        /** Returns a copy for {@code step}. */
        public Details step(String step) {
            return new Details(provider, target, step, retryable, remedy);
        }

        /** Returns a copy that says that repeating may help. */
        public Details mayRetry() {
            return new Details(provider, target, step, true, remedy);
        }

        /** Returns a copy with {@code remedy}. */
        public Details remedy(String remedy) {
            return new Details(provider, target, step, retryable, remedy);
        }
    }
}
