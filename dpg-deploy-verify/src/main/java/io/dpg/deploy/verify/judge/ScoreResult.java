package io.dpg.deploy.verify.judge;

import io.dpg.deploy.check.Judgement;
import io.dpg.deploy.check.NoDataPolicy;
import io.dpg.deploy.check.Verdict;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What a {@link ScoreCard} found.
 *
 * @param score from 0 to 100; NaN where no metric has a verdict
 * @param groups the score of each group that has one
 * @param rows one for each metric
 * @param judgement the card's verdict and its reason
 */
public record ScoreResult(double score, Map<String, Double> groups, List<Row> rows, Judgement judgement) {

    /** Copies the lists. */
    public ScoreResult {
        groups = Map.copyOf(groups);
        rows = List.copyOf(rows);
    }

    /**
     * One metric.
     *
     * @param metric its name
     * @param group its group
     * @param weight its weight in the group
     * @param critical whether it is marked as critical
     * @param policy what having no verdict means
     * @param judgement its own verdict
     * @param failsCard whether its failure fails the whole card
     */
    public record Row(
            String metric,
            String group,
            double weight,
            boolean critical,
            NoDataPolicy policy,
            Judgement judgement,
            boolean failsCard) {

        boolean decided() {
            return judgement.verdict() == Verdict.PASS || judgement.verdict() == Verdict.FAIL;
        }

        /** Returns whether it counts as a failure, by its verdict or for want of one. */
        boolean failed() {
            return judgement.verdict() == Verdict.FAIL || (!decided() && policy == NoDataPolicy.FAIL);
        }

        boolean holds() {
            return !decided() && policy == NoDataPolicy.HOLD;
        }
    }

    static ScoreResult of(List<Row> rows, Map<String, Double> weights, double pass, double marginal) {
        Map<String, Double> groups = new LinkedHashMap<>();
        double score = score(rows, weights, Row::holds, groups, false);
        double atBest = score(rows, weights, row -> false, new LinkedHashMap<>(), true);
        return new ScoreResult(score, groups, rows, verdict(rows, score, atBest, pass, marginal));
    }

    /** Returns the score without the rows to leave out; those that hold pass {@code atBest}. */
    private static double score(
            List<Row> rows,
            Map<String, Double> weights,
            Predicate<Row> without,
            Map<String, Double> groups,
            boolean atBest) {
        Map<String, List<Row>> counted = rows.stream()
                .filter(row -> row.decided() || row.policy() == NoDataPolicy.FAIL || (atBest && row.holds()))
                .filter(without.negate())
                .collect(Collectors.groupingBy(Row::group, LinkedHashMap::new, Collectors.toList()));
        double sum = 0;
        double all = 0;
        for (Map.Entry<String, List<Row>> group : counted.entrySet()) {
            double passed = 0;
            double weight = 0;
            for (Row row : group.getValue()) {
                passed += row.failed() ? 0 : row.weight();
                weight += row.weight();
            }
            double share = 100 * passed / weight;
            groups.put(group.getKey(), share);
            double w = weights.getOrDefault(group.getKey(), 1.0);
            sum += w * share;
            all += w;
        }
        return all == 0 ? Double.NaN : sum / all;
    }

    private static Judgement verdict(List<Row> rows, double score, double atBest, double pass, double marginal) {
        String failed = list(rows, Row::failed);
        String holding = list(rows, Row::holds);
        String critical = list(rows, Row::failsCard);
        String text = "score " + (Double.isNaN(score) ? "none" : Words.number(score)) + " of 100 (passes at "
                + Words.number(pass) + ", marginal from " + Words.number(marginal) + ")"
                + (failed.isEmpty() ? "" : "; failed: " + failed)
                + (holding.isEmpty() ? "" : "; without a verdict: " + holding);
        if (!critical.isEmpty()) {
            return Judgement.fail("a critical metric failed: " + critical + "; " + text);
        }
        if (Double.isNaN(atBest)) {
            return Judgement.inconclusive("no metric has a verdict, and that is no pass: " + list(rows, r -> true));
        }
        if (under(atBest, marginal)) {
            return Judgement.fail(text);
        }
        if (!holding.isEmpty()) {
            boolean error =
                    rows.stream().anyMatch(r -> r.holds() && r.judgement().verdict() == Verdict.ERROR);
            return error ? Judgement.error(text) : Judgement.inconclusive(text);
        }
        return under(score, pass) ? Judgement.inconclusive("marginal: " + text) : Judgement.pass(text);
    }

    /** Sums of weights are not exact. */
    private static boolean under(double score, double limit) {
        return score < limit - 1e-9;
    }

    private static String list(List<Row> rows, Predicate<Row> which) {
        return rows.stream()
                .filter(which)
                .map(row -> row.metric() + " (" + row.judgement().reason() + ")")
                .collect(Collectors.joining(", "));
    }

    /** Returns a table with a line for each metric, for people. */
    public String table() {
        int width = rows.stream().mapToInt(row -> row.metric().length()).max().orElse(0);
        StringBuilder table = new StringBuilder();
        for (Row row : rows) {
            table.append(String.format(
                    Locale.ROOT,
                    "%-" + Math.max(6, width) + "s  %-12s  %s%s%n",
                    row.metric(),
                    row.judgement().verdict(),
                    row.critical() ? "(critical) " : "",
                    row.judgement().reason()));
        }
        return table.append(judgement.verdict())
                .append(": ")
                .append(judgement.reason())
                .toString();
    }
}
