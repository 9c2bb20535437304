package io.dpg.deploy;

import java.util.List;

/** How a rollout ended: a value, not an exception; {@link #orThrow()} makes one. */
public sealed interface RolloutResult {

    /** Returns what all endings have in common. */
    Summary summary();

    /** Returns one sentence of what happened. */
    String reason();

    /**
     * What all endings have in common.
     *
     * @param rollout the rollout's id
     * @param target the target's key
     * @param application the application's name
     * @param version the version that was to be brought
     * @param metrics the rollout in numbers
     * @param observed the target at the end
     * @param warnings what did not fail the rollout and should be looked at
     */
    record Summary(
            String rollout,
            String target,
            String application,
            String version,
            RolloutMetrics metrics,
            Observation observed,
            List<String> warnings) {
        /** Copies the list. */
        public Summary {
            warnings = List.copyOf(warnings);
        }
    }

    /** The release has all traffic. */
    record Promoted(Summary summary, String reason) implements RolloutResult {}

    /**
     * The release failed and traffic is back on stable.
     *
     * @param diagnosis why the platform says it failed: events, exit codes, last log lines; may be empty
     */
    record RolledBack(Summary summary, String reason, String diagnosis) implements RolloutResult {}

    /** Somebody stopped the rollout and traffic is back on stable. */
    record Aborted(Summary summary, String reason) implements RolloutResult {}

    /** The rollout was refused before it changed anything. */
    record Rejected(Summary summary, String reason) implements RolloutResult {}

    /**
     * A person is needed.
     *
     * @param commands what to run or decide next, in order
     */
    record Stuck(Summary summary, String reason, String diagnosis, List<String> commands) implements RolloutResult {
        /** Copies the list. */
        public Stuck {
            commands = List.copyOf(commands);
        }
    }

    /** Returns whether the release has all traffic. */
    default boolean promoted() {
        return this instanceof Promoted;
    }

    /** Returns the name of the ending, such as {@code RolledBack}. */
    default String outcome() {
        return getClass().getSimpleName();
    }

    /** Returns the rollout in numbers. */
    default RolloutMetrics metrics() {
        return summary().metrics();
    }

    /**
     * Returns this result if the release was promoted.
     *
     * @throws DeployException otherwise
     */
    default RolloutResult orThrow() {
        if (promoted()) {
            return this;
        }
        String remedy = "the earlier release serves; correct what the reason names and release again";
        if (this instanceof Stuck stuck) {
            remedy = String.join("; ", stuck.commands());
        } else if (this instanceof RolledBack back && !back.diagnosis().isBlank()) {
            remedy += ". The platform says:\n" + back.diagnosis();
        }
        throw new DeployException(
                "Tried to roll out " + summary().application() + " " + summary().version() + " on "
                        + summary().target() + ", but it ended " + outcome() + ": " + reason(),
                new DeployException.Details(null, summary().target(), null, false, remedy));
    }
}
