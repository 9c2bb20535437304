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
    private final Map<String, Shown> shown = new HashMap<>();

    /** What was last printed of a rollout's target, and when. */
    private record Shown(Instant at, String observed) {}

    PlainPrinter(PrintStream out) {
        this.out = out;
    }

    @Override
    public void on(Event event) {
        String rollout = event.head().rollout();
        if (event instanceof Event.StepProgress progress) {
            if (!news(rollout, progress)) {
                return;
            }
        } else if (event instanceof Event.StepStarted) {
            // Progress is due 30 seconds after the step began, or when something differs from what was last seen.
            String before = shown.containsKey(rollout) ? shown.get(rollout).observed() : "";
            shown.put(rollout, new Shown(event.head().at(), before));
        }
        print(event, EventText.of(event));
        if (event instanceof Event.Started started) {
            indented(started.plan().toString());
        } else if (event instanceof Event.GoingBack back) {
            back.plan().steps().forEach(step -> indented(step.describe()));
        } else if (event instanceof Event.Failed failed) {
            indented(failed.diagnosis());
        } else if (event instanceof Event.Finished finished) {
            shown.remove(rollout);
            after(finished.result()).forEach(this::indented);
        }
        out.flush();
    }

    private boolean news(String rollout, Event.StepProgress progress) {
        Shown last = shown.get(rollout);
        String observed = shape(progress.observed());
        Instant at = progress.head().at();
        boolean news = last == null
                || !last.observed().equals(observed)
                || !at.isBefore(last.at().plus(EVERY));
        if (news) {
            shown.put(rollout, new Shown(at, observed));
        }
        return news;
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
