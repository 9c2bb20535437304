package io.dpg.deploy.event;

import io.dpg.deploy.Group;
import io.dpg.deploy.Observation;
import io.dpg.deploy.Plan;
import io.dpg.deploy.RolloutMetrics;
import io.dpg.deploy.RolloutResult;
import java.util.Locale;
import java.util.stream.Collectors;

/** Events as plain sentences, for consoles and notifications. Pure. */
public final class EventText {

    private EventText() {}

    /**
     * Returns one sentence for {@code event}: one line, without control characters, target and time left out. Diagnoses
     * and commands, which take several lines, are left out as well.
     */
    public static String of(Event event) {
        return line(sentence(event));
    }

    private static String sentence(Event event) {
        if (event instanceof Event.Started e) {
            Plan plan = e.plan();
            return (e.resumed() ? "Resumed the rollout of " : "Started the rollout of ") + plan.application() + ' '
                    + plan.version() + ": " + plan.strategy() + ", "
                    + count(plan.steps().size(), "step");
        } else if (event instanceof Event.StepStarted e) {
            return step(e.number(), e.of()) + ": " + e.step().describe();
        } else if (event instanceof Event.StepProgress e) {
            return step(e.number(), e.of()) + " for " + Plan.text(e.elapsed())
                    + (e.remaining() == null ? "" : ", " + Plan.text(e.remaining()) + " left") + ": "
                    + observed(e.observed());
        } else if (event instanceof Event.StepFinished e) {
            return step(e.number(), e.of()) + " done in " + Plan.text(e.took()) + ": "
                    + e.step().describe();
        } else if (event instanceof Event.Checked e) {
            return "Check '" + e.result().check() + "' "
                    + e.result().status().name().toLowerCase(Locale.ROOT)
                    + (e.result().passed() || e.critical() ? "" : ", which fails nothing") + " after "
                    + Plan.text(e.result().took()) + ": " + e.result().message();
        } else if (event instanceof Event.Judged e) {
            return "Analysis '" + e.analysis() + "' says "
                    + e.judgement().verdict().name().toLowerCase(Locale.ROOT) + ": "
                    + e.judgement().reason();
        } else if (event instanceof Event.GateWaiting e) {
            return "Waiting for gate '" + e.gate() + "': " + e.reason();
        } else if (event instanceof Event.Paused e) {
            return "Paused: " + e.reason();
        } else if (event instanceof Event.Resumed) {
            return "Going on";
        } else if (event instanceof Event.Warning e) {
            return "Warning: " + e.text();
        } else if (event instanceof Event.Failed e) {
            return "Failed: " + e.reason();
        } else if (event instanceof Event.GoingBack e) {
            return "Going back in " + count(e.plan().steps().size(), "step") + ": " + e.reason();
        } else if (event instanceof Event.Finished e) {
            return of(e.result());
        }
        throw new IllegalArgumentException("An event without a sentence: " + event.name());
    }

    /** Returns one sentence for {@code result}: what ended how, after how long, and why. */
    public static String of(RolloutResult result) {
        RolloutResult.Summary summary = result.summary();
        RolloutMetrics metrics = summary.metrics();
        String times = metrics.timeToDetect()
                .map(detect -> " (detected after " + Plan.text(detect)
                        + metrics.timeToRecover()
                                .map(recover -> ", recovered after " + Plan.text(recover))
                                .orElse("")
                        + ")")
                .orElse("");
        return line(ending(result) + ' ' + summary.application() + ' ' + summary.version() + " on " + summary.target()
                + " in " + Plan.text(metrics.duration()) + times + ": " + result.reason());
    }

    private static String ending(RolloutResult result) {
        if (result instanceof RolloutResult.Promoted) {
            return "Promoted";
        } else if (result instanceof RolloutResult.RolledBack) {
            return "Rolled back";
        } else if (result instanceof RolloutResult.Aborted) {
            return "Aborted";
        } else if (result instanceof RolloutResult.Rejected) {
            return "Rejected";
        }
        return "Stuck, and a person is needed:";
    }

    private static String step(int number, int of) {
        return "Step " + number + " of " + of;
    }

    /** Returns what is seen of {@code observation}, such as {@code blue 1.3.9 4/4 ready 90 %, green 1.4.0 2/2 ready 10 %}. */
    static String observed(Observation observation) {
        return observation.groups().isEmpty()
                ? "nothing runs"
                : observation.groups().stream().map(EventText::group).collect(Collectors.joining(", "));
    }

    private static String group(Group group) {
        return group.slot().name().toLowerCase(Locale.ROOT) + ' ' + group.version() + ' ' + group.ready() + '/'
                + group.desired() + " ready " + group.weight() + " %"
                + (group.inPlace() == null
                        ? ""
                        : " (" + group.inPlace().updated() + " updated to "
                                + group.inPlace().version() + ")");
    }

    /** Returns {@code text} on one line, whatever an application's log put into it. */
    static String line(String text) {
        return clean(text.strip().replaceAll("\\s*\\R\\s*", "; "));
    }

    /** Returns {@code text} without control characters and escape sequences, except line ends. */
    static String clean(String text) {
        return text.replaceAll("\u001B\\[[0-?]*[ -/]*[@-~]", "")
                .replace('\t', ' ')
                .replaceAll("[\\p{Cc}&&[^\n]]", "");
    }

    private static String count(int number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }
}
