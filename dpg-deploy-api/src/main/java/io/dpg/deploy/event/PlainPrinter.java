package io.dpg.deploy.event;

import io.dpg.deploy.Group;
import io.dpg.deploy.Observation;
import io.dpg.deploy.RolloutResult;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** One line per event, for logs. Guarded by {@link ConsoleProgress}. */
final class PlainPrinter implements Listener {

    private static final Duration EVERY = Duration.ofSeconds(30);

    private final PrintStream out;
    private static final Duration REMINDER = Duration.ofMinutes(10);

    private final Map<Subject, Shown> shown = new HashMap<>();

    /** What lines are about that are repeated although nothing changed: progress, an analysis, a gate. */
    private record Subject(String rollout, String kind, String name) {}

    /** What was last printed of a subject, and when. */
    private record Shown(Instant at, String state) {}

    PlainPrinter(PrintStream out) {
        this.out = out;
    }

    @Override
    public void on(Event event) {
        String rollout = event.head().rollout();
        if (event instanceof Event.StepStarted) {
            // Progress is due 30 seconds after the step began, or when something differs from what was last seen.
            Subject target = new Subject(rollout, "target", "");
            shown.computeIfPresent(
                    target, (subject, last) -> new Shown(event.head().at(), last.state()));
        } else if (!news(event, rollout)) {
            return;
        }
        print(event, EventText.of(event));
        if (event instanceof Event.Started started) {
            indented(started.plan().toString());
        } else if (event instanceof Event.GoingBack back) {
            back.plan().steps().forEach(step -> indented(step.describe()));
        } else if (event instanceof Event.Failed failed) {
            indented(failed.diagnosis());
        } else if (event instanceof Event.Finished finished) {
            shown.keySet().removeIf(subject -> subject.rollout().equals(rollout));
            after(finished.result()).forEach(this::indented);
        }
        out.flush();
    }

    private boolean news(Event event, String rollout) {
        if (event instanceof Event.StepProgress e) {
            return news(new Subject(rollout, "target", ""), event, shape(e.observed()), EVERY);
        } else if (event instanceof Event.Judged e) {
            String verdict = e.judgement().verdict().name();
            return news(new Subject(rollout, "analysis", e.analysis()), event, verdict, EVERY);
        } else if (event instanceof Event.GateWaiting e) {
            return news(new Subject(rollout, "gate", e.gate()), event, e.reason(), REMINDER);
        }
        return true;
    }

    private boolean news(Subject subject, Event event, String state, Duration every) {
        Shown last = shown.get(subject);
        Instant at = event.head().at();
        if (last != null && last.state().equals(state) && at.isBefore(last.at().plus(every))) {
            return false;
        }
        shown.put(subject, new Shown(at, state));
        return true;
    }

    // Open requests and generations change at every look and are no news.
    private static String shape(Observation observed) {
        return EventText.observed(observed)
                + observed.groups().stream()
                        .map(Group::conditions)
                        .flatMap(List::stream)
                        .map(Group.Condition::reason)
                        .collect(Collectors.joining());
    }

    /** Returns what is said below the last line of a rollout: warnings, and what a person must do. */
    static List<String> after(RolloutResult result) {
        java.util.ArrayList<String> lines = new java.util.ArrayList<>();
        result.summary().warnings().forEach(warning -> lines.add("warning: " + EventText.line(warning)));
        if (result instanceof RolloutResult.Stuck stuck) {
            lines.add(stuck.diagnosis());
            lines.add("next:");
            stuck.commands().forEach(command -> lines.add("  " + EventText.clean(command)));
        }
        return lines;
    }

    private void print(Event event, String text) {
        Event.Head head = event.head();
        out.println(head.at().truncatedTo(ChronoUnit.SECONDS) + "  " + head.target() + "  " + text);
    }

    private void indented(String text) {
        EventText.clean(text).lines().filter(line -> !line.isBlank()).forEach(line -> out.println("    " + line));
    }
}
