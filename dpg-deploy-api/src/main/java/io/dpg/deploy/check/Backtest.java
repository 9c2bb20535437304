package io.dpg.deploy.check;

import io.dpg.deploy.Group;
import io.dpg.deploy.Plan;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What an analysis would have said of a past release.
 *
 * @param analysis the analysis' name
 * @param recording the recording's name
 * @param verdict {@link Verdict#FAIL} where it would have stopped the release, {@link Verdict#PASS} where it would have let
 *     it through; {@link Verdict#INCONCLUSIVE} and {@link Verdict#ERROR} would have held the rollout, and failed it in the
 *     end
 * @param reason why, in a sentence
 * @param after how long after the beginning that was known
 * @param refusal what spoke against starting at all, or null
 * @param looks all looks, in order
 */
public record Backtest(
        String analysis,
        String recording,
        Verdict verdict,
        String reason,
        Duration after,
        @Nullable String refusal,
        List<Look> looks) {

    private static final int MOST_LOOKS = 1_000_000;

    /** Copies the list. */
    public Backtest {
        looks = List.copyOf(looks);
    }

    /**
     * One look.
     *
     * @param after when, from the beginning
     * @param judgement what it said
     */
    public record Look(Duration after, Judgement judgement) {}

    /** Returns whether the release would have been stopped, or not even started. */
    public boolean stopped() {
        return verdict == Verdict.FAIL || refusal != null;
    }

    /** Returns whether the release would have gone through. */
    public boolean passed() {
        return verdict == Verdict.PASS && refusal == null;
    }

    static Backtest play(Analysis original, Recording recording) {
        Analysis analysis = original.reading(recording.source());
        String refusal = preflight(analysis, recording).orElse(null);
        List<Look> looks = new ArrayList<>();
        Analysis.Run run = analysis.start(context(recording, recording.from()));
        Duration interval = analysis.interval();
        Instant at = analysis.looksAtEnd() ? recording.to() : recording.from().plus(interval);
        Instant end = recording.to();
        if (recording.time().dividedBy(interval) > MOST_LOOKS) {
            throw new IllegalArgumentException("Tried to play analysis '" + analysis.name() + "' over " + recording
                    + ", but with a look every " + Plan.text(interval) + " that takes more than " + MOST_LOOKS
                    + " looks; use a longer interval, or a part of the recording (between)");
        }
        Judgement broken = null;
        for (at = at.isAfter(end) ? end : at; !at.isAfter(end); at = at.plus(interval)) {
            Judgement judgement;
            try {
                judgement = run.look(context(recording, at));
                broken = null;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                judgement = broken = Judgement.error("interrupted");
            } catch (Exception e) {
                judgement = broken = Judgement.error(String.valueOf(e.getMessage()));
            }
            Duration after = Duration.between(recording.from(), at);
            looks.add(new Look(after, judgement));
            if (judgement.verdict() == Verdict.FAIL) {
                return result(analysis, recording, judgement, after, refusal, looks);
            }
        }
        // What an earlier look said is not what a broken one would have.
        Judgement last = broken == null ? run.conclude() : broken;
        return result(analysis, recording, last, recording.time(), refusal, looks);
    }

    private static Backtest result(
            Analysis analysis,
            Recording recording,
            Judgement judgement,
            Duration after,
            @Nullable String refusal,
            List<Look> looks) {
        return new Backtest(
                analysis.name(), recording.name(), judgement.verdict(), judgement.reason(), after, refusal, looks);
    }

    private static Optional<String> preflight(Analysis analysis, Recording recording) {
        try {
            return analysis.preflight(context(recording, recording.from()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of("interrupted");
        } catch (Exception e) {
            return Optional.of("could not look at the baseline: " + e.getMessage());
        }
    }

    private static AnalysisContext context(Recording recording, Instant now) {
        Group candidate = recording.group(Recording.Side.CANDIDATE);
        Group baseline = recording.group(Recording.Side.BASELINE);
        Instant ended = recording.baselineEnd().filter(end -> !end.isAfter(now)).orElse(null);
        return new AnalysisContext(candidate, baseline, recording.from(), now, ended);
    }

    /** Returns a table for people: which of these releases would have been stopped, when and why. */
    public static String table(List<Backtest> results) {
        int release = width("release", results.stream().map(Backtest::recording).toList());
        int name = width("analysis", results.stream().map(Backtest::analysis).toList());
        String line = "%-" + release + "s  %-" + name + "s  %-12s  %8s  %s%n";
        StringBuilder table =
                new StringBuilder(String.format(Locale.ROOT, line, "release", "analysis", "verdict", "after", "why"));
        for (Backtest result : results) {
            boolean refused = result.refusal() != null;
            table.append(String.format(
                    Locale.ROOT,
                    line,
                    result.recording(),
                    result.analysis(),
                    refused ? "refused" : result.verdict().name().toLowerCase(Locale.ROOT),
                    refused ? "0 s" : Plan.text(result.after()),
                    refused ? result.refusal() : result.reason()));
        }
        return table.toString();
    }

    private static int width(String title, List<String> cells) {
        return Math.max(
                title.length(), cells.stream().mapToInt(String::length).max().orElse(0));
    }

    /** Returns for example {@code error-rate would have stopped shop 1.4.0 after 30 s: …}. */
    @Override
    public String toString() {
        String did = stopped() ? "would have stopped " : passed() ? "would have passed " : "would have held ";
        return analysis + ' ' + did + recording + " after " + Plan.text(after) + ": "
                + (refusal == null ? reason : refusal);
    }
}
