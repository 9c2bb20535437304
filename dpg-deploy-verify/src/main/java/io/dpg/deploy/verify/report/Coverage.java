package io.dpg.deploy.verify.report;

import java.util.EnumMap;
import java.util.Map;

/** How much of what there is was reached, by counter. */
final class Coverage {

    final Text.FirstFew disagreements = new Text.FirstFew();
    long files;

    private final Map<CoverageReport.Counter, long[]> counts = new EnumMap<>(CoverageReport.Counter.class);

    void add(CoverageReport.Counter counter, long covered, long missed) throws ArithmeticException {
        long[] sum = counts.computeIfAbsent(counter, c -> new long[2]);
        sum[0] = Math.addExact(sum[0], covered);
        sum[1] = Math.addExact(sum[1], missed);
        Math.addExact(sum[0], sum[1]);
    }

    void add(Coverage other) throws ArithmeticException {
        other.counts.forEach((counter, sum) -> add(counter, sum[0], sum[1]));
    }

    long covered(CoverageReport.Counter counter) {
        return counts.getOrDefault(counter, new long[2])[0];
    }

    long total(CoverageReport.Counter counter) {
        long[] sum = counts.getOrDefault(counter, new long[2]);
        return sum[0] + sum[1];
    }
}
