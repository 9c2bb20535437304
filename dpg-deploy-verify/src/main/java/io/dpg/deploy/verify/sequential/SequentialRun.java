package io.dpg.deploy.verify.sequential;

import io.dpg.deploy.Group;
import io.dpg.deploy.check.Analysis;
import io.dpg.deploy.check.AnalysisContext;
import io.dpg.deploy.check.Judgement;
import io.dpg.deploy.check.MetricQuery;
import io.dpg.deploy.check.NoDataPolicy;
import io.dpg.deploy.check.Reading;
import io.dpg.deploy.check.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One watch by a {@link Sequential}. Used by one thread. */
final class SequentialRun implements Analysis.Run {

    /** How far back the baseline is looked at before the start, at least. */
    private static final Duration PREFLIGHT = Duration.ofMinutes(5);

    /** How many looks back into the baseline's past show how its counts vary. */
    private static final int PAST_LOOKS = 20;

    private static final Duration LONGEST_PAST_LOOK = Duration.ofMinutes(5);

    private final Settings settings;
    private Instant from;

    /** The baseline's samples before it were not used for anything yet. */
    private Instant unused;

    private @Nullable Group lastBaseline;
    private @Nullable Comparison comparison;
    private @Nullable Judgement newest;
    private @Nullable Judgement failure;
    private boolean over;

    SequentialRun(Settings settings, AnalysisContext context) {
        this.settings = settings;
        this.from = context.now();
        this.unused = from;
    }

    Optional<String> preflight(AnalysisContext context) throws InterruptedException {
        Group baseline = context.baselineGroup();
        if (baseline == null) {
            return Optional.empty();
        }
        Duration back = settings.interval().multipliedBy(3);
        back = back.compareTo(PREFLIGHT) < 0 ? PREFLIGHT : back;
        Reading reading = read(baseline, context.now().minus(back), context.now());
        return settings.policies().refusal(reading);
    }

    @Override
    public Judgement look(AnalysisContext context) throws InterruptedException {
        if (failure != null) {
            return failure;
        }
        if (context.baselineGroup() != null) {
            lastBaseline = context.baselineGroup();
        }
        Instant now = context.now();
        Instant ended = context.baselineUntil().orElse(now);
        Group candidate = context.candidateGroup();
        if (from.isBefore(earlier(ended, now))) {
            Span both = new Span(from, earlier(ended, now));
            return decided(once(candidate, both, both, ended.isBefore(now)));
        }
        if (now.isBefore(from) && !over) {
            return newest = Judgement.inconclusive("the clock went back, and what was seen before is no newest look");
        }
        if (!from.isBefore(now)) {
            return Judgement.inconclusive("no time has passed yet that could be asked about");
        }
        if (!settings.past()) {
            newest = decided(afterTheEnd());
            return newest;
        }
        unused = earlier(unused, ended);
        Span newer = new Span(from, now);
        return decided(once(candidate, newer, new Span(unused.minus(newer.length()), unused), false));
    }

    private record Span(Instant from, Instant to) {
        Duration length() {
            return Duration.between(from, to);
        }
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }

    private Judgement decided(Judgement judgement) {
        if (judgement.verdict() == Verdict.FAIL) {
            failure = judgement;
        }
        return judgement;
    }

    private Judgement once(@Nullable Group candidateGroup, Span span, Span baseSpan, boolean last)
            throws InterruptedException {
        Instant to = span.to();
        Reading candidate = side("candidate", candidateGroup, span);
        if (!(candidate instanceof Reading.Value value)) {
            return without("candidate", candidate, to, last);
        }
        Reading baseline = side("baseline", lastBaseline, baseSpan);
        if (!(baseline instanceof Reading.Value other)) {
            boolean pastUsedUp = baseSpan != span && comparison != null;
            return without("baseline", baseline, to, last || pastUsedUp);
        }
        if (comparison == null) {
            comparison = Comparison.of(settings, value, other).orElse(null);
            if (comparison != null && comparison.learns()) {
                unused = earlier(unused, baseSpan.from());
                learn(comparison, baseSpan.length());
            }
        }
        if (comparison == null || !comparison.fits(value, other)) {
            return without("comparison", new Reading.Invalid("counts and values without counts are mixed"), to, last);
        }
        comparison.settle(value, other);
        from = to;
        unused = earlier(unused, baseSpan.from());
        return newest = standing(comparison);
    }

    /**
     * Asks for the baseline's past, once, in looks as long as the first one that brought a value: with a source that takes
     * samples less often than is looked, that is longer than an interval. A source that does not have the past, or fails,
     * only leaves less to learn from.
     */
    private void learn(Comparison comparison, Duration first) throws InterruptedException {
        Instant end = unused;
        Duration length = settings.interval();
        if (first.compareTo(length) > 0) {
            length = first.compareTo(LONGEST_PAST_LOOK) < 0 ? first : LONGEST_PAST_LOOK;
        }
        for (int i = PAST_LOOKS; i > 0; i--) {
            Instant begin = end.minus(length.multipliedBy(i));
            Reading reading = side("baseline", lastBaseline, new Span(begin, begin.plus(length)));
            if (reading instanceof Reading.ProviderError) {
                return;
            }
            if (reading instanceof Reading.Value value) {
                comparison.learn(value);
                unused = earlier(unused, begin);
            }
        }
    }

    /** Judges all looks so far. */
    private Judgement standing(Comparison seen) {
        double p = seen.wealth().pValue();
        String certainty = Words.certainty(p) + " certainty";
        if (p <= 1 - settings.confidence()) {
            return new Judgement(
                    Verdict.FAIL, seen.words() + ": worse with " + certainty + ", whenever one looks", seen.evidence());
        }
        String reason = seen.words() + ": worse with no more than " + certainty + " so far, stops at "
                + Words.confidence(settings.confidence()) + seen.limits();
        return seen.lacking()
                .map(lack -> new Judgement(Verdict.INCONCLUSIVE, reason + "; " + lack, seen.evidence()))
                .orElseGet(() -> new Judgement(Verdict.PASS, reason, seen.evidence()));
    }

    private Judgement without(String side, Reading reading, Instant to, boolean last) {
        NoDataPolicy policy = settings.policies().of(reading);
        if (last && reading instanceof Reading.NoData && policy != NoDataPolicy.FAIL) {
            from = to; // the baseline's last moments will not get any data later
            return newest = afterTheEnd();
        }
        Judgement judgement = settings.policies().judge(side, reading);
        if (policy != NoDataPolicy.SKIP || newest == null) {
            newest = judgement;
        }
        return judgement;
    }

    private Judgement afterTheEnd() {
        over = !settings.past();
        if (comparison == null) {
            return Judgement.inconclusive(
                    "there was nothing to compare with before the baseline's traffic ended, and that is"
                            + " no pass: let it watch from the first traffic on, or add comparingWithThePast()");
        }
        Judgement standing = standing(comparison);
        return standing.because(standing.reason() + "; the baseline has no traffic any more, so nothing is added");
    }

    @Override
    public Judgement conclude() {
        if (failure != null) {
            return failure;
        }
        if (newest == null) {
            return Judgement.inconclusive("never looked, and that is no pass");
        }
        // To hold what nothing can be added to would only fail it later.
        return over && newest.verdict() == Verdict.INCONCLUSIVE
                ? new Judgement(Verdict.FAIL, newest.reason() + "; it cannot pass any more", newest.numbers())
                : newest;
    }

    private Reading side(String role, @Nullable Group group, Span span) throws InterruptedException {
        return group == null
                ? new Reading.NoData("there is no " + role + " group")
                : read(group, span.from(), span.to());
    }

    private Reading read(Group group, Instant start, Instant end) throws InterruptedException {
        return new MetricQuery(settings.metric(), group, start, end).ask(settings.source());
    }
}
