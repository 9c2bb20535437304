package io.dpg.deploy.verify.judge;

import io.dpg.deploy.check.Evidence;
import io.dpg.deploy.check.Judgement;
import io.dpg.deploy.check.Verdict;
import io.dpg.deploy.verify.judge.Assessment.Classification;
import org.jspecify.annotations.Nullable;

/** One comparison by a {@link RankJudge}: enough finite samples on both sides. */
final class Ranked {

    /** The level at which few samples show what a constant baseline never did. */
    private static final double FEW_LEVEL = 0.05;

    /** So many have to show it then: one or two may be significant at that level next to a large baseline. */
    private static final int FEW_DEPARTING = 3;

    private final RankRules rules;
    private final Sides sides;
    private final double[] x;
    private final double[] y;
    private final MannWhitney.Result ranks;
    private final Means means;
    private final double meanX;
    private final double meanY;

    Ranked(RankRules rules, Sides sides) {
        this.rules = rules;
        this.sides = sides;
        x = sides.candidate();
        y = sides.baseline();
        ranks = MannWhitney.standard().confidence(rules.confidence()).compareSorted(x, y);
        meanX = sides.candidateConstant() ? x[0] : Sides.mean(x);
        meanY = sides.baselineConstant() ? y[0] : Sides.mean(y);
        means = Means.of(x, meanX, y, meanY, rules.tolerance(), rules.alpha());
    }

    /**
     * A difference in level.
     *
     * @param method how it was found
     * @param size candidate less baseline
     * @param level of the baseline
     * @param p compares with one less the confidence
     * @param certain whether it is significant
     * @param large whether it is beyond the tolerance
     * @param details numbers for the reason
     */
    private record Difference(
            String method, double size, double level, double p, boolean certain, boolean large, String details) {}

    Assessment assess() {
        Spread spread = spreadIsJudged() ? Spread.of(x, y) : null;
        Difference difference = sides.baselineConstant() ? departing() : shifted(spread != null);
        boolean higher = difference.size() > 0;
        boolean allowed = !rules.beyond(higher, effect(), false, true);
        boolean fails =
                difference.certain() && difference.large() && rules.bad().blames(higher) && !allowed;
        boolean critical = fails && rules.beyond(higher, effect(), true, false);
        String reason = reason(difference, fails, allowed);
        boolean changed = spread != null && changed(spread);
        boolean spreadFails = changed && blamed(spread);
        Tail tail = fails ? null : tail();
        boolean tailFails = tail != null && tailFails(tail);
        if (tailFails) {
            String beyond = tail.count() + " of its " + x.length + " samples are beyond all " + y.length
                    + " of the baseline, mean " + text(meanX) + " rather than " + text(meanY) + " ("
                    + Words.p(adjusted(tail)) + ")";
            Judgement judgement = new Judgement(
                    Verdict.FAIL,
                    beyond + "; " + reason,
                    evidence("samples beyond all of the baseline, exact", adjusted(tail)));
            boolean up = meanX > meanY;
            return new Assessment(
                    up ? Classification.HIGH : Classification.LOW, rules.beyond(up, effect(), true, false), judgement);
        }
        if (changed) {
            String words = words(spread);
            reason = spreadFails && !fails ? words + "; " + reason : reason + "; " + words;
        }
        Judgement judgement = new Judgement(
                fails || spreadFails ? Verdict.FAIL : Verdict.PASS,
                reason,
                spreadFails && !fails
                        ? evidence("Brown–Forsythe on the spread", adjusted(spread))
                        : evidence(difference.method(), difference.p()));
        return new Assessment(classify(difference, fails, spreadFails), critical, judgement);
    }

    private Classification classify(Difference difference, boolean fails, boolean spreadFails) {
        if (!fails) {
            return spreadFails ? Classification.SPREAD : Classification.PASS;
        }
        boolean moved = large(difference.size(), difference.level());
        return !moved
                ? Classification.SPREAD // departs from a constant to both sides
                : difference.size() > 0 ? Classification.HIGH : Classification.LOW;
    }

    private Difference shifted(boolean spreadIsJudged) {
        double p =
                switch (rules.bad()) {
                    case INCREASE -> ranks.pGreater();
                    case DECREASE -> ranks.pLess();
                    case EITHER -> ranks.pValue();
                };
        double adjusted = Math.min(1, p * (rules.failOnSpread() && spreadIsJudged ? 2 : 1) * besideTail());
        double meanDifference = meanX - meanY;
        boolean further = means.certainlyBeyond(meanDifference > 0) && !large(ranks.estimate(), Sides.median(y));
        boolean medians = onOneSide(meanDifference) ? !sides.coarse() && !further : onOneSide(ranks.estimate());
        double size = medians ? ranks.estimate() : meanDifference;
        double level = medians ? Sides.median(y) : meanY;
        String details = (medians ? "" : "means " + text(meanX) + " and " + text(meanY) + ", ") + "shift "
                + text(ranks.estimate()) + ", " + Words.percent(rules.confidence()) + " interval "
                + text(ranks.lower()) + " to " + text(ranks.upper()) + ", ";
        return new Difference(
                "Mann–Whitney, " + ranks.method(),
                size,
                level,
                adjusted,
                adjusted <= rules.alpha(),
                large(size, level),
                details);
    }

    /** Returns whether a difference has the sign that most pairs have; that of means may not, for some few values. */
    private boolean onOneSide(double difference) {
        return difference * (ranks.commonLanguageEffect() - 0.5) > 0;
    }

    private boolean large(double size, double level) {
        return Sides.beyond(Math.abs(size), rules.tolerance() * Math.abs(level));
    }

    private Difference departing() {
        double constant = y[0];
        int above = 0;
        int below = 0;
        double apart = 0;
        for (double value : x) {
            above += value > constant ? 1 : 0;
            below += value < constant ? 1 : 0;
            apart += Math.abs(value - constant) / x.length;
        }
        double size = meanX - constant;
        int departing =
                switch (rules.bad()) {
                    case INCREASE -> above;
                    case DECREASE -> below;
                    case EITHER -> above + below;
                };
        double p = Unseen.pValue(departing, x.length, y.length);
        boolean few = departing >= FEW_DEPARTING && Math.min(x.length, y.length) < RankJudge.FEW_SAMPLES;
        double level = few ? Math.max(FEW_LEVEL, rules.alpha()) : rules.alpha();
        double far = rules.bad() == Direction.EITHER ? apart : Math.abs(size);
        return new Difference(
                "samples that depart from a constant baseline, exact",
                size,
                constant,
                p,
                p <= level,
                Sides.beyond(far, rules.tolerance() * Math.abs(constant)),
                departing + " of its samples depart from the " + text(constant) + " that the baseline never left, mean "
                        + text(meanX) + ", ");
    }

    private String reason(Difference difference, boolean fails, boolean allowed) {
        String numbers = " (" + difference.details() + Words.p(difference.p()) + ", " + x.length + " and " + y.length
                + " samples)";
        String change = "the candidate is " + Words.change(difference.size(), difference.level());
        if (fails) {
            return change + numbers;
        }
        if (!difference.certain()) {
            String not =
                    switch (rules.bad()) {
                        case INCREASE -> difference.size() > 0 ? "not certainly higher: " : "not higher: ";
                        case DECREASE -> difference.size() < 0 ? "not certainly lower: " : "not lower: ";
                        case EITHER -> difference.size() == 0 ? "" : "not certainly different: ";
                    };
            return not + change + numbers;
        }
        return change
                + (difference.large() && allowed
                        ? ", which is allowed"
                        : ", within the tolerance of " + Words.percent(rules.tolerance()))
                + numbers;
    }

    /** The tail has a quarter of the level, and half of that on each side where both are bad. */
    private double adjusted(Tail tail) {
        return Math.min(1, tail.pValue() * (rules.bad() == Direction.EITHER ? 8 : 4));
    }

    private double besideTail() {
        return tailIsJudged() ? 4.0 / 3 : 1;
    }

    private boolean tailIsJudged() {
        return Math.min(x.length, y.length) >= RankJudge.SPREAD_SAMPLES && !sides.baselineConstant();
    }

    private @Nullable Tail tail() {
        boolean up = meanX > meanY;
        return tailIsJudged() && rules.bad().blames(up)
                ? Tail.of(x, y, up, rules.tolerance() * Math.abs(Sides.median(y)))
                : null;
    }

    private boolean tailFails(Tail tail) {
        return adjusted(tail) <= rules.alpha()
                && Sides.beyond(Math.abs(meanX - meanY), rules.tolerance() * Math.abs(meanY))
                && rules.beyond(meanX > meanY, effect(), false, true);
    }

    private boolean spreadIsJudged() {
        return Math.min(x.length, y.length) >= RankJudge.SPREAD_SAMPLES && !Sides.mostlyOneValue(y);
    }

    private boolean changed(Spread spread) {
        double wider = Math.max(spread.candidate(), spread.baseline());
        double narrower = Math.min(spread.candidate(), spread.baseline());
        return adjusted(spread) <= rules.alpha()
                && Sides.beyond(wider, narrower * rules.spreadFactor())
                && Sides.beyond(wider - narrower, rules.tolerance() * Math.abs(Sides.median(y)));
    }

    private boolean blamed(Spread spread) {
        return rules.failOnSpread() && (rules.bad() == Direction.EITHER || spread.candidate() > spread.baseline());
    }

    private String words(Spread spread) {
        return "its values spread " + (spread.candidate() > spread.baseline() ? "more" : "less")
                + " (mean distance from the median " + text(spread.candidate()) + ", of the baseline "
                + text(spread.baseline()) + ", " + Words.p(adjusted(spread)) + ")";
    }

    private double adjusted(Spread spread) {
        return Math.min(1, spread.pValue() * (rules.failOnSpread() ? 2 : 1) * besideTail());
    }

    private Evidence evidence(String method, double p) {
        double ratio = meanY == 0 && meanX != 0 ? Double.NaN : meanRatio();
        return new Evidence(
                method,
                scaled(ranks.estimate()),
                scaled(ranks.lower()),
                scaled(ranks.upper()),
                rules.confidence(),
                ratio,
                p,
                x.length,
                y.length);
    }

    private double effect() {
        return rules.effect() == EffectSize.CLES ? ranks.commonLanguageEffect() : meanRatio();
    }

    private double meanRatio() {
        return meanX == meanY ? 1 : 1 + (meanX - meanY) / Math.abs(meanY);
    }

    private double scaled(double value) {
        return Math.scalb(value, sides.exponent());
    }

    private String text(double value) {
        return Words.number(scaled(value));
    }
}
