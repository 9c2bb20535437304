package io.dpg.deploy.verify.sequential;

import static org.assertj.core.api.Assertions.assertThat;

import io.dpg.deploy.check.Analysis;
import io.dpg.deploy.check.Judgement;
import io.dpg.deploy.check.Reading;
import io.dpg.deploy.check.Verdict;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** Values without counts, such as percentiles of latency. */
class SignsTest extends SequentialScenario {

    private static final double[][] WORSE_BETTER = {{0.5, 0.5}, {0.3, 0.3}, {0.1, 0.6}, {0.01, 0.01}, {0, 1}};

    private Sequential latency() {
        return Sequential.harm("latency").from(source, "latency-p95");
    }

    @Test
    void betsAreFairWithTiesToo() {
        for (double[] chances : WORSE_BETTER) {
            assertThat(expected(chances, new int[0], 7)).isLessThanOrEqualTo(1 + 1e-9);
        }
        assertThat(expected(WORSE_BETTER[0], new int[0], 7)).isCloseTo(1, Offset.offset(1e-9));
        assertThat(expected(new double[] {0.6, 0.4}, new int[0], 7)).isGreaterThan(1.05);
    }

    private static double expected(double[] chances, int[] signs, int looks) {
        if (signs.length == looks) {
            Wealth wealth = new Wealth(SignBets.shares());
            for (int sign : signs) {
                wealth.settle(SignBets.settle(sign));
            }
            return Math.exp(wealth.log());
        }
        double sum = 0;
        double[] probability = {chances[1], 1 - chances[0] - chances[1], chances[0]};
        for (int sign = -1; sign <= 1; sign++) {
            if (probability[sign + 1] > 0) {
                int[] more = java.util.Arrays.copyOf(signs, signs.length + 1);
                more[signs.length] = sign;
                sum += probability[sign + 1] * expected(chances, more, looks);
            }
        }
        return sum;
    }

    @Test
    void aCandidateThatIsSlowerInEachLookIsStopped() throws Exception {
        Analysis.Run run = latency().start(now());
        source.says(0.3, 0.2);
        Judgement judgement = look(run);
        int looks = 1;
        while (judgement.verdict() != Verdict.FAIL) {
            judgement = look(run);
            assertThat(++looks).isLessThan(1000);
        }
        assertThat(looks).isBetween(7, 12);
        assertThat(judgement.reason())
                .startsWith("latency of the candidate was worse than the baseline's in " + looks + " of " + looks
                        + " looks (mean 0.3 against 0.2): worse with 99.")
                .endsWith("% certainty, whenever one looks");
        assertThat(judgement.evidence().orElseThrow().effect()).isCloseTo(1.5, Offset.offset(1e-9));
    }

    @Test
    void oneThatIsNowSlowerNowFasterIsNot() throws Exception {
        Analysis.Run run = latency().start(now());
        for (int i = 0; i < 500; i++) {
            source.says(i % 2 == 0 ? 9.0 : 0.1, 1.0);
            assertThat(look(run).verdict()).isNotEqualTo(Verdict.FAIL);
        }
    }

    @Test
    void tiesAreNoHarm() throws Exception {
        Analysis.Run run = latency().start(now());
        source.says(0.0, 0.0);
        for (int i = 0; i < 100; i++) {
            assertThat(look(run).verdict()).isNotEqualTo(Verdict.FAIL);
        }
    }

    @Test
    void aPassNeedsAsManyLooksAsCouldHaveShownHarm() throws Exception {
        Analysis.Run run = latency().start(now());
        source.says(0.1, 0.2);
        assertThat(look(run).verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(run.conclude().reason()).contains("as fewer could not have shown harm");
        int looks = 1;
        while (look(run).verdict() != Verdict.PASS) {
            assertThat(++looks).isLessThan(1000);
        }
        assertThat(looks).isBetween(6, 12);
    }

    @Test
    void aToleranceOrderOfMagnitudeAndSignDoNotMatterToTheVerdict() throws Exception {
        for (double scale : new double[] {1e-9, 1, 1e9}) {
            assertThat(stopped(latency().tolerating(1.2), 1.19 * scale, scale)).isFalse();
            assertThat(stopped(latency().tolerating(1.2), 1.21 * scale, scale)).isTrue();
            assertThat(stopped(latency().tolerating(1, 0.5 * scale), 1.4 * scale, scale))
                    .isFalse();
            assertThat(stopped(latency().lessIsHarm().tolerating(1.2), 0.84 * scale, scale))
                    .isFalse();
            assertThat(stopped(latency().lessIsHarm().tolerating(1.2), 0.82 * scale, scale))
                    .isTrue();
            assertThat(stopped(latency().tolerating(1.2), -1.0 * scale, -1.0 * scale))
                    .isFalse();
        }
    }

    private boolean stopped(Sequential analysis, double candidate, double baseline) throws Exception {
        Analysis.Run run = analysis.start(now());
        source.says(candidate, baseline);
        for (int i = 0; i < 20; i++) {
            if (look(run).verdict() == Verdict.FAIL) {
                return true;
            }
        }
        return false;
    }

    @Test
    void severalSamplesOfALookAreComparedByTheirMean() throws Exception {
        source.says(Reading.of(List.of(0.1, 0.1, 9.0)), Reading.of(List.of(1.0)));
        assertThat(look(latency().start(now())).reason()).contains("in 1 of 1 look (mean 3.07 against 1)");
    }
}
