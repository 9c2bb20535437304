package io.dpg.deploy.verify.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.dpg.deploy.check.Judgement;
import io.dpg.deploy.check.Verdict;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What must change nothing: the unit, the order of the samples, rounding. */
class RankJudgeInvarianceTest {

    /** R13: seconds or microseconds, ratios or percent, the verdict is the same. */
    @Property(tries = 3000)
    void theVerdictIsTheSameInEveryUnit(
            @ForAll @LongRange(min = 0, max = 1_000_000) long seed,
            @ForAll @DoubleRange(min = -12, max = 12) double exponent,
            @ForAll Direction direction) {
        RSamples samples = RSamples.random(seed);
        RankJudge judge = RankJudge.bad(direction)
                .confidence(samples.confidence())
                .minSamples(2)
                .allowedIncrease(1.05);
        Assessment one = judge.assess(samples.candidate(), samples.baseline());
        double any = Math.pow(10, exponent);
        for (double factor : new double[] {any, 1e-12, 1e-6, 0.1, 3, 1.0 / 3, 0.7, 1e12}) {
            double[] candidate =
                    Arrays.stream(samples.candidate()).map(v -> v * factor).toArray();
            double[] baseline =
                    Arrays.stream(samples.baseline()).map(v -> v * factor).toArray();
            Assessment other = judge.assess(candidate, baseline);
            assertThat(other.classification()).as("times " + factor).isEqualTo(one.classification());
            one.judgement().evidence().ifPresent(e -> assertThat(
                            other.judgement().evidence().orElseThrow().pValue())
                    .as("p, times " + factor)
                    .isEqualTo(e.pValue(), within(1e-9)));
        }
    }

    @Property(tries = 300)
    void theOrderOfTheSamplesDoesNotMatter(@ForAll @LongRange(min = 0, max = 1_000_000) long seed) {
        RSamples samples = RSamples.random(seed);
        RankJudge judge = RankJudge.either().minSamples(2);
        List<Double> shuffled =
                new ArrayList<>(Arrays.stream(samples.candidate()).boxed().toList());
        Collections.shuffle(shuffled, new Random(seed));
        double[] candidate = shuffled.stream().mapToDouble(d -> d).toArray();
        assertThat(judge.assess(candidate, samples.baseline()))
                .isEqualTo(judge.assess(samples.candidate(), samples.baseline()));
    }

    @ParameterizedTest
    @EnumSource(Direction.class)
    void aSampleIsLikeItself(Direction direction) {
        for (long seed = 0; seed < 500; seed++) {
            double[] sample = RSamples.random(seed).candidate();
            assertThat(RankJudge.bad(direction)
                            .minSamples(2)
                            .assess(sample, sample.clone())
                            .judgement()
                            .verdict())
                    .isEqualTo(sample.length < 2 ? Verdict.INCONCLUSIVE : Verdict.PASS);
        }
    }

    @Test
    void valuesThatOnlyRoundingTellsApartAreEqual() {
        double[] baseline = {0.3, 0.3, 0.3, 0.3, 0.3, 0.3};
        double[] candidate = new double[6];
        Arrays.fill(candidate, 0.1 + 0.2);
        Judgement judgement =
                RankJudge.either().tolerance(0).assess(candidate, baseline).judgement();
        assertThat(judgement.verdict()).isEqualTo(Verdict.PASS);
        assertThat(judgement.evidence().orElseThrow().pValue()).isEqualTo(1);
    }
}
