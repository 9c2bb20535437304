package io.dpg.deploy.event;

import io.dpg.deploy.Group;
import io.dpg.deploy.Observation;
import io.dpg.deploy.Plan;
import io.dpg.deploy.RolloutResult;
import io.dpg.deploy.Slot;
import io.dpg.deploy.check.Verdict;
import java.io.PrintStream;
import java.time.Duration;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/** Progress in a terminal, with one line that is drawn again. Guarded by {@link ConsoleProgress}. */
final class LivePrinter implements Listener {

    private static final int BAR = 10;

    private final PrintStream out;
    private final int columns;
    private final Glyphs glyphs;
    private final Set<String> running = new HashSet<>();
    private int drawn;
    private int turns;

    LivePrinter(PrintStream out, int columns, Glyphs glyphs) {
        this.out = out;
        // The last column is left free: many terminals wrap when it is written.
        this.columns = columns - 1;
        this.glyphs = glyphs;
    }

    @Override
    public void on(Event event) {
        if (event instanceof Event.Started e) {
            running.add(e.head().rollout());
            block("", e.plan().toString());
            if (e.resumed()) {
                line(e, glyphs.warning(), EventText.of(e));
            }
        } else if (event instanceof Event.StepStarted e) {
            draw(e, number(e.number(), e.of()) + e.step().describe());
        } else if (event instanceof Event.StepProgress e) {
            draw(e, progress(e));
        } else if (event instanceof Event.StepFinished e) {
            String time = "  " + Plan.text(e.took());
            String what = glyphs.cut(
                    number(e.number(), e.of()) + e.step().describe(),
                    columns - 2 - time.length() - prefix(e).length());
            line(e, glyphs.done(), what + time);
        } else if (event instanceof Event.Checked e) {
            line(
                    e,
                    "  " + (e.result().passed() ? glyphs.done() : e.critical() ? glyphs.failed() : glyphs.warning()),
                    e.result().check() + ": " + e.result().message());
        } else if (event instanceof Event.Judged e) {
            judged(e);
        } else if (event instanceof Event.GateWaiting e) {
            draw(e, EventText.of(e));
        } else if (event instanceof Event.Failed e) {
            line(e, glyphs.failed(), e.reason());
            block("    ", e.diagnosis());
        } else if (event instanceof Event.GoingBack e) {
            line(e, glyphs.back(), EventText.of(e));
        } else if (event instanceof Event.Finished e) {
            finished(e);
        } else {
            line(event, glyphs.warning(), EventText.of(event));
        }
        out.flush();
    }

    /** A pass is no news; it shows in that the rollout goes on. */
    private void judged(Event.Judged e) {
        if (e.judgement().verdict() != Verdict.PASS) {
            boolean failed = e.judgement().verdict() == Verdict.FAIL;
            line(
                    e,
                    "  " + (failed ? glyphs.failed() : glyphs.warning()),
                    e.analysis() + ": " + e.judgement().reason());
        }
    }

    private void finished(Event.Finished e) {
        RolloutResult result = e.result();
        clear();
        out.println((result.promoted() ? glyphs.done() : glyphs.failed()) + ' ' + EventText.of(result));
        PlainPrinter.after(result).forEach(text -> block("    ", text));
        running.remove(e.head().rollout());
    }

    private String progress(Event.StepProgress e) {
        StringBuilder text = new StringBuilder(number(e.number(), e.of()));
        String detail = time(e) + groups(e.observed());
        // What is done matters less than how far it is, so the description gives way.
        int room = columns - 2 - prefix(e).length() - text.length() - detail.codePointCount(0, detail.length());
        return text.append(glyphs.cut(e.step().describe(), Math.max(12, room)))
                .append(detail)
                .toString();
    }

    private String time(Event.StepProgress e) {
        Duration remaining = e.remaining();
        String elapsed = "  " + Plan.text(whole(e.elapsed()));
        if (remaining == null) {
            return elapsed;
        }
        long done = e.elapsed().toMillis();
        return "  " + glyphs.bar(done, done + remaining.toMillis(), BAR) + elapsed + ", " + Plan.text(whole(remaining))
                + " left";
    }

    private String groups(Observation observed) {
        StringBuilder text = new StringBuilder();
        for (Group group : observed.groups()) {
            text.append(' ').append(glyphs.dot()).append(' ').append(name(group.slot()));
            text.append(' ').append(group.ready()).append('/').append(group.desired());
        }
        if (observed.groups().size() == 2) {
            int blue = observed.weight(Slot.BLUE);
            text.append("  ").append(blue).append(' ').append(glyphs.bar(blue, 100, BAR));
            text.append(' ').append(observed.weight(Slot.GREEN));
        }
        return text.toString();
    }

    private static Duration whole(Duration duration) {
        return duration.compareTo(Duration.ofSeconds(1)) < 0 ? duration : Duration.ofSeconds(duration.toSeconds());
    }

    private static String name(Slot slot) {
        return slot.name().toLowerCase(Locale.ROOT);
    }

    private static String number(int number, int of) {
        return number + "/" + of + " ";
    }

    /** Returns the target, where more than one rollout is shown. */
    private String prefix(Event event) {
        return running.size() > 1 ? event.head().target() + ' ' : "";
    }

    private void draw(Event event, String text) {
        String spinner = glyphs.spinner().get(turns++ % glyphs.spinner().size());
        String line = glyphs.cut(spinner + ' ' + prefix(event) + EventText.line(text), columns);
        int length = line.codePointCount(0, line.length());
        out.print('\r' + line + " ".repeat(Math.max(0, drawn - length)));
        drawn = length;
    }

    private void line(Event event, String sign, String text) {
        clear();
        String line = sign + ' ' + prefix(event) + EventText.line(text);
        // Only good news may be cut: what went wrong is worth a second line.
        out.println(sign.endsWith(glyphs.done()) ? glyphs.cut(line, columns) : line);
    }

    private void block(String indent, String text) {
        clear();
        EventText.clean(text).lines().filter(line -> !line.isBlank()).forEach(line -> out.println(indent + line));
    }

    private void clear() {
        if (drawn > 0) {
            out.print('\r' + " ".repeat(drawn) + '\r');
            drawn = 0;
        }
    }
}
