package io.dpg.deploy.verify.sequential;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.commons.statistics.inference.AlternativeHypothesis;
import org.apache.commons.statistics.inference.MannWhitneyUTest;
import org.apache.commons.statistics.inference.PValueMethod;

/** Rules that decide after each look whether a canary is stopped. */
final class Stoppers {

    private Stoppers() {}

    /** A rule with the state of one canary. */
    interface Stopper {
        /** Takes the samples of a look and returns whether the canary is stopped. */
        boolean look(List<Block> samples);

        /** Takes a look's time before the canary began. */
        default void past(Block look) {}
    }

    static Map<String, Supplier<Stopper>> all() {
        Map<String, Supplier<Stopper>> all = new LinkedHashMap<>();
        all.put("sequential, 99 %", () -> sequential(0.99, 1));
        all.put("sequential, 95 %", () -> sequential(0.95, 1));
        all.put("above 1.5 × baseline, any look", () -> threshold(1, 1));
        all.put("above 1.5 × baseline, 2 of 3 looks", () -> threshold(2, 3));
        all.put("Mann–Whitney 95 % at each look", () -> mannWhitney(0.05));
        all.put("Mann–Whitney 99 % at each look", () -> mannWhitney(0.01));
        return all;
    }

    static Stopper sequential(double confidence, double burst) {
        CountEvidence harm = new CountEvidence(new Settings.Tolerance(1, 0, burst));
        return new Stopper() {
            @Override
            public void past(Block look) {
                harm.learn(look.baseEvents(), look.baseTotal());
            }

            @Override
            public boolean look(List<Block> samples) {
                Block look = samples.stream().reduce(Traffic::sum).orElseThrow();
                if (look.total() > 0 && look.baseTotal() > 0) {
                    harm.settle(look);
                }
                return harm.wealth().pValue() <= 1 - confidence;
            }
        };
    }

    /** The same with a source that knows nothing of the time before the canary. */
    static Stopper withoutPast(double confidence) {
        return sequential(confidence, 1)::look;
    }

    private static Stopper threshold(int bad, int ofLast) {
        List<Boolean> recent = new ArrayList<>();
        return samples -> {
            Block look = samples.stream().reduce(Traffic::sum).orElseThrow();
            boolean judged = look.total() > 0 && look.baseTotal() > 0;
            recent.add(judged && look.events() / look.total() > 1.5 * look.baseEvents() / look.baseTotal());
            if (recent.size() > ofLast) {
                recent.remove(0);
            }
            return recent.stream().filter(b -> b).count() >= bad;
        };
    }

    private static Stopper mannWhitney(double alpha) {
        List<Double> candidate = new ArrayList<>();
        List<Double> baseline = new ArrayList<>();
        MannWhitneyUTest test = MannWhitneyUTest.withDefaults()
                .with(AlternativeHypothesis.GREATER_THAN)
                .with(PValueMethod.ASYMPTOTIC);
        return samples -> {
            for (Block sample : samples) {
                if (sample.total() > 0 && sample.baseTotal() > 0) {
                    candidate.add(sample.events() / sample.total());
                    baseline.add(sample.baseEvents() / sample.baseTotal());
                }
            }
            return candidate.size() >= 4
                    && test.test(array(candidate), array(baseline)).getPValue() < alpha;
        };
    }

    private static double[] array(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).toArray();
    }
}
