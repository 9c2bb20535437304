package io.dpg.deploy.verify.judge;

import io.dpg.deploy.check.Judgement;
import io.dpg.deploy.check.Reading;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** How long 100 metrics take: a day of minutes of each, or half an hour. Run {@code org.openjdk.jmh.Main RankJudgeBench}. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class RankJudgeBench {

    private static final int METRICS = 100;

    @Param({"1440", "30"})
    int samples;

    @Param({"latency", "tied", "sparse"})
    String kind;

    private final List<Reading.Value> candidates = new ArrayList<>();
    private final List<Reading.Value> baselines = new ArrayList<>();

    @Setup
    public void draw() {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < METRICS; i++) {
            candidates.add(draw(random, 1.02));
            baselines.add(draw(random, 1));
        }
    }

    private Reading.Value draw(SplittableRandom random, double factor) {
        List<Double> values = new ArrayList<>();
        for (int i = 0; i < samples; i++) {
            double normal =
                    Math.sqrt(-2 * Math.log(1 - random.nextDouble())) * Math.cos(2 * Math.PI * random.nextDouble());
            values.add(
                    switch (kind) {
                        case "tied" -> (double) Math.round(factor * (10 + 3 * normal));
                        case "sparse" -> random.nextInt(20) == 0 ? 1.0 + random.nextInt(3) : 0.0;
                        default -> factor * Math.exp(0.5 * normal);
                    });
        }
        return new Reading.Value(values);
    }

    @Benchmark
    public List<Judgement> aHundredMetrics() {
        List<Judgement> judgements = new ArrayList<>(METRICS);
        RankJudge judge = RankJudge.either();
        for (int i = 0; i < METRICS; i++) {
            judgements.add(judge.judge(candidates.get(i), baselines.get(i)));
        }
        return judgements;
    }
}
