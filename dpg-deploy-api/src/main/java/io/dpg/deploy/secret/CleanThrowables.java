package io.dpg.deploy.secret;

import io.dpg.deploy.DeployException;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Copies throwables that mention a secret. For one call. */
final class CleanThrowables {

    private final Redactor redactor;
    private final Map<Throwable, Throwable> done = new IdentityHashMap<>();

    CleanThrowables(Redactor redactor) {
        this.redactor = redactor;
    }

    Throwable clean(Throwable original) {
        Throwable known = done.get(original);
        if (known != null) {
            return known; // seen before: causes may go round in a circle
        }
        if (!dirty(original, new IdentityHashMap<>())) {
            return original;
        }
        String message = original.getMessage() == null ? null : redactor.redact(original.getMessage());
        String text = redactor.redact(original.toString());
        Throwable copy = original instanceof DeployException deploy
                ? new CleanDeployException(message, text, deploy, redactor)
                : new CleanException(message, text);
        done.put(original, copy);
        copy.setStackTrace(original.getStackTrace());
        if (original.getCause() != null) {
            Throwable cause = clean(original.getCause());
            if (copy instanceof CleanDeployException deploy) {
                deploy.cause = cause;
            } else if (cause != copy) {
                copy.initCause(cause);
            }
        }
        for (Throwable suppressed : original.getSuppressed()) {
            Throwable clean = clean(suppressed);
            if (clean != copy) {
                copy.addSuppressed(clean);
            }
        }
        return copy;
    }

    private boolean dirty(@Nullable Throwable throwable, Map<Throwable, Boolean> seen) {
        if (throwable == null || seen.put(throwable, true) != null) {
            return false;
        }
        if (dirty(throwable.getMessage()) || dirty(throwable.toString()) || dirty(throwable.getLocalizedMessage())) {
            return true;
        }
        for (Throwable suppressed : throwable.getSuppressed()) {
            if (dirty(suppressed, seen)) {
                return true;
            }
        }
        return dirty(throwable.getCause(), seen);
    }

    private boolean dirty(@Nullable String text) {
        return text != null && !redactor.redact(text).equals(text);
    }

    private static final class CleanException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final String text;

        CleanException(@Nullable String message, String text) {
            super(message);
            this.text = text;
        }

        @Override
        public String toString() {
            return text;
        }
    }

    private static final class CleanDeployException extends DeployException {
        private static final long serialVersionUID = 1L;

        private final String text;
        private final @Nullable String remedy;
        /** Kept here, as the constructor above settles the cause before that could be copied. */
        private @Nullable Throwable cause;

        CleanDeployException(@Nullable String message, String text, DeployException original, Redactor redactor) {
            super(String.valueOf(message), details(original, redactor)); // the message has the remedy already
            this.text = text;
            this.remedy = original.remedy().map(redactor::redact).orElse(null);
        }

        private static Details details(DeployException original, Redactor redactor) {
            return new Details(
                    original.provider().map(redactor::redact).orElse(null),
                    original.target().map(redactor::redact).orElse(null),
                    original.step().map(redactor::redact).orElse(null),
                    original.retryable(),
                    null);
        }

        @Override
        public synchronized @Nullable Throwable getCause() {
            return cause;
        }

        @Override
        public Optional<String> remedy() {
            return Optional.ofNullable(remedy);
        }

        @Override
        public String toString() {
            return text;
        }
    }
}
