package io.dpg.deploy.engine;

/** How a step can end other than well. Control flow of the engine; none of these reaches a user. */
final class Outcomes {

    private Outcomes() {}

    /** The step failed: the rollout goes back. */
    static class StepFailed extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final boolean slotToDiagnose;

        StepFailed(String reason, boolean slotToDiagnose) {
            super(reason, null, false, false);
            this.slotToDiagnose = slotToDiagnose;
        }

        /** Returns whether the platform may know more about why. */
        boolean worthDiagnosing() {
            return slotToDiagnose;
        }

        String reason() {
            return String.valueOf(getMessage());
        }
    }

    /** The candidate was judged to be bad, whatever step was under way: it gets no traffic any more. */
    static final class CandidateBad extends StepFailed {
        private static final long serialVersionUID = 1L;

        CandidateBad(String reason) {
            super(reason, true);
        }
    }

    /** Somebody asked to abort. */
    static final class AbortAsked extends RuntimeException {
        private static final long serialVersionUID = 1L;

        AbortAsked(String by) {
            super(by, null, false, false);
        }

        String by() {
            return String.valueOf(getMessage());
        }
    }

    /** A gate closed or never opened. */
    static final class GateClosed extends RuntimeException {
        private static final long serialVersionUID = 1L;

        GateClosed(String reason) {
            super(reason, null, false, false);
        }

        String reason() {
            return String.valueOf(getMessage());
        }
    }

    /** Somebody changed the target and the pause for it ran out: nothing may be touched without a person. */
    static final class NeedsPerson extends RuntimeException {
        private static final long serialVersionUID = 1L;

        NeedsPerson(String reason) {
            super(reason, null, false, false);
        }

        String reason() {
            return String.valueOf(getMessage());
        }
    }
}
