package io.dpg.deploy;

import io.dpg.deploy.spi.Shifting;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One entry of a plan. Plain data, and idempotent: carrying out a step that already took effect changes nothing, so any
 * step may be repeated after a crash. {@link #limit()} is the longest that a step may take before it counts as failed.
 */
public sealed interface Step {

    /** Returns the longest that the step may take. */
    Duration limit();

    /** Returns what the step does, as a person reads it. */
    String describe();

    /** Returns the step's kind, such as {@code Shift}. */
    default String kind() {
        return getClass().getSimpleName();
    }

    /** Returns whether the step changes the target; the others only look or wait. */
    default boolean changesTarget() {
        return false;
    }

    /** Waits for evidence or consent: {@code gate} must open before the next step. */
    record Gate(String gate, Duration limit) implements Step {
        @Override
        public String describe() {
            return "wait until gate '" + gate + "' opens";
        }
    }

    /** Applies the database migration {@code migration}, or takes it back where {@code undo}. */
    record Migrate(String migration, boolean undo, Duration limit) implements Step {
        @Override
        public String describe() {
            return (undo ? "undo migration '" : "apply migration '") + migration + "'";
        }

        @Override
        public boolean changesTarget() {
            return true;
        }
    }

    /**
     * Makes {@code slot} hold {@code replicas} instances of {@code version}, replacing or resizing what is there.
     *
     * @param revision an earlier revision as the platform keeps it, or null for the rollout's own release
     */
    record Launch(Slot slot, String version, @Nullable Revision revision, int replicas, Duration limit)
            implements Step {
        @Override
        public String describe() {
            return "launch " + replicas + (replicas == 1 ? " instance of " : " instances of ") + version + " in "
                    + name(slot);
        }

        @Override
        public boolean changesTarget() {
            return true;
        }
    }

    /** Makes the group in {@code slot} want {@code replicas} instances of what it runs. */
    record Scale(Slot slot, int replicas, Duration limit) implements Step {
        @Override
        public String describe() {
            return "scale " + name(slot) + " to " + replicas + (replicas == 1 ? " instance" : " instances");
        }

        @Override
        public boolean changesTarget() {
            return true;
        }
    }

    /** Waits until at least {@code instances} instances of {@code slot} are ready. */
    record AwaitReady(Slot slot, int instances, Duration limit) implements Step {
        @Override
        public String describe() {
            return "wait until " + instances + (instances == 1 ? " instance of " : " instances of ") + name(slot)
                    + (instances == 1 ? " is ready" : " are ready");
        }
    }

    /**
     * Runs {@code checks} against {@code slot}.
     *
     * @param live whether to go through the endpoint that users reach, rather than the group's own
     */
    record Verify(Slot slot, List<String> checks, boolean live, Duration limit) implements Step {
        /** Copies the list. */
        public Verify {
            checks = List.copyOf(checks);
        }

        @Override
        public String describe() {
            return "check " + String.join(", ", checks) + (live ? " where users reach it" : " on " + name(slot));
        }
    }

    /** Gives each slot its share of the production requests. */
    record Shift(Traffic traffic, Duration limit) implements Step {
        @Override
        public String describe() {
            return "shift traffic to " + traffic;
        }

        @Override
        public boolean changesTarget() {
            return true;
        }
    }

    /**
     * Watches for {@code time} with traffic as it is, while {@code analyses} look at the candidate.
     *
     * @param candidate the slot under observation
     */
    record Bake(Slot candidate, Duration time, List<String> analyses, Duration limit) implements Step {
        /** Copies the list. */
        public Bake {
            analyses = List.copyOf(analyses);
        }

        @Override
        public String describe() {
            return "watch for " + Plan.text(time) + (analyses.isEmpty() ? "" : ": " + String.join(", ", analyses));
        }
    }

    /**
     * Begins a watch: from here on, {@code analyses} look at the candidate whatever step is under way, until
     * {@link Conclude}.
     *
     * @param candidate the slot under observation
     */
    record Watch(Slot candidate, List<String> analyses, Duration limit) implements Step {
        /** Copies the list. */
        public Watch {
            analyses = List.copyOf(analyses);
        }

        @Override
        public String describe() {
            return "watch from here on: " + String.join(", ", analyses);
        }
    }

    /** Waits until the analyses that {@link Watch} began say that the candidate is good, and ends them. */
    record Conclude(List<String> analyses, Duration limit) implements Step {
        /** Copies the list. */
        public Conclude {
            analyses = List.copyOf(analyses);
        }

        @Override
        public String describe() {
            return "wait for the verdict of " + String.join(", ", analyses);
        }
    }

    /**
     * Makes {@code instances} instances of {@code slot} run {@code version} in place, one by one, the others staying.
     *
     * @param revision an earlier revision as the platform keeps it, or null for the rollout's own release
     * @param shifting how the platform is to shift the traffic itself, or null where it replaces instances one by one
     */
    record Update(
            Slot slot,
            String version,
            @Nullable Revision revision,
            int instances,
            Duration limit,
            @Nullable Shifting shifting)
            implements Step {
        /** An update whose instances are replaced one by one. */
        public Update(Slot slot, String version, @Nullable Revision revision, int instances, Duration limit) {
            this(slot, version, revision, instances, limit, null);
        }

        @Override
        public String describe() {
            if (shifting != null) {
                return "let the platform bring " + version + " to " + instances
                        + (instances == 1 ? " instance" : " instances") + " beside " + name(slot) + " and shift "
                        + shifting.describe();
            }
            return "update " + name(slot) + " in place until " + instances
                    + (instances == 1 ? " instance runs " : " instances run ") + version;
        }

        @Override
        public boolean changesTarget() {
            return true;
        }
    }

    /** Waits until requests under way to {@code slot}, which has no traffic any more, are done; {@code time} at most. */
    record Drain(Slot slot, Duration time, Duration limit) implements Step {
        @Override
        public String describe() {
            return "drain " + name(slot) + " for at most " + Plan.text(time);
        }
    }

    /** Stops and removes the group in {@code slot}, which has no traffic. */
    record Retire(Slot slot, Duration limit) implements Step {
        @Override
        public String describe() {
            return "retire " + name(slot);
        }

        @Override
        public boolean changesTarget() {
            return true;
        }
    }

    /** Calls the user's own {@code hook}. */
    record Hook(String hook, Duration limit) implements Step {
        @Override
        public String describe() {
            return "call hook '" + hook + "'";
        }
    }

    private static String name(Slot slot) {
        return slot.name().toLowerCase(Locale.ROOT);
    }
}
