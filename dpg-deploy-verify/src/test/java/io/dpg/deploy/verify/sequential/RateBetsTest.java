package io.dpg.deploy.verify.sequential;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class RateBetsTest {

    private static final double[] RATES = {0, 0.003, 0.05, 0.3, 0.5, 0.8, 1};
    private static final double[] GUESSES = {0, 1e-4, 0.02, 0.4, 0.95, 1};

    /** What the hypothesis says of a pair of rates. */
    private record Hypothesis(double ratio, double slack) {
        boolean allows(double rate, double baseRate) {
            return rate <= ratio * baseRate + slack;
        }
    }

    private static final Hypothesis[] HYPOTHESES = {
        new Hypothesis(1, 0),
        new Hypothesis(1.5, 0),
        new Hypothesis(4, 0),
        new Hypothesis(1, 0.02),
        new Hypothesis(1.2, 0.1)
    };

    @Test
    void aBetIsFairWhateverTheRatesOfAHarmlessCandidate() {
        for (Hypothesis hypothesis : HYPOTHESES) {
            RateBets bets = new RateBets(hypothesis.ratio(), hypothesis.slack());
            for (double rate : RATES) {
                for (double baseRate : RATES) {
                    if (hypothesis.allows(rate, baseRate)) {
                        fair(bets, hypothesis, rate, baseRate);
                    }
                }
            }
        }
    }

    private static void fair(RateBets bets, Hypothesis hypothesis, double rate, double baseRate) {
        for (int n = 0; n <= 5; n++) {
            for (int m = 0; m <= 5; m++) {
                double[] candidate = repeated(rate, n);
                double[] baseline = repeated(baseRate, m);
                for (double times : RateBets.ODDS) {
                    for (double guess : GUESSES) {
                        assertThat(expectation(candidate, baseline, b -> Math.exp(bets.bet(b, guess, times))))
                                .as(
                                        "%s, %s against %s, %d and %d requests, guess %s, odds %s",
                                        hypothesis, rate, baseRate, n, m, guess, times)
                                .isLessThanOrEqualTo(1 + 1e-9);
                    }
                    if (hypothesis.slack() == 0) {
                        assertThat(expectation(candidate, baseline, b -> Math.exp(bets.rare(b, times))))
                                .isLessThanOrEqualTo(1 + 1e-9);
                    }
                }
            }
        }
    }

    @Test
    void requestsOfALookMayHaveRatesOfTheirOwnIfTheirMeansAreHarmless() {
        double[] candidate = {0.9, 0, 0.1, 0.2}; // mean 0.3
        double[] baseline = {0.0, 0.6, 0.3}; // mean 0.3
        RateBets bets = new RateBets(1, 0);
        for (double times : RateBets.ODDS) {
            for (double guess : GUESSES) {
                assertThat(expectation(candidate, baseline, b -> Math.exp(bets.bet(b, guess, times))))
                        .isLessThanOrEqualTo(1 + 1e-9);
            }
            assertThat(expectation(candidate, baseline, b -> Math.exp(bets.rare(b, times))))
                    .isLessThanOrEqualTo(1 + 1e-9);
        }
    }

    @Test
    void aBetIsExactlyFairWhereTheHypothesisIsNearestToTheAlternative() {
        RateBets bets = new RateBets(1, 0);
        // Odds 3 on 0.2 are 0.4286; with as many requests of each, nearest is the mean.
        double nearest = (0.2 + 3 * 0.2 / (0.8 + 3 * 0.2)) / 2;
        double[] requests = repeated(nearest, 4);
        assertThat(expectation(requests, requests, b -> Math.exp(bets.bet(b, 0.2, 3))))
                .isBetween(1 - 1e-9, 1 + 1e-9);
    }

    @Test
    void aBetGainsOnACandidateThatDoesHarm() {
        RateBets bets = new RateBets(1.5, 0);
        double[] candidate = repeated(0.4, 5);
        double[] baseline = repeated(0.1, 5);
        assertThat(expectation(candidate, baseline, b -> Math.exp(bets.bet(b, 0.1, 3))))
                .isGreaterThan(1.2);
        assertThat(expectation(candidate, baseline, b -> Math.exp(bets.rare(b, 3))))
                .isGreaterThan(1.1);
    }

    @Test
    void theCapitalOverSeveralLooksIsFairWithWhatIsLearned() {
        for (Hypothesis hypothesis : HYPOTHESES) {
            for (double[] rates :
                    new double[][] {{0.1, 0.1, 0.1}, {0.5, 0.5, 0.5}, {0.9, 0.1, 0.5}, {0.02, 0.6, 0.3}}) {
                assertThat(capital(hypothesis, rates, new Block[0], 0))
                        .as("%s, rates %s", hypothesis, Arrays.toString(rates))
                        .isLessThanOrEqualTo(1 + 1e-9);
            }
        }
    }

    /** Returns the expected capital after all looks, each of its own rate and of other sizes, given the first looks. */
    private static double capital(Hypothesis hypothesis, double[] rates, Block[] looks, int look) {
        if (look == rates.length) {
            CountEvidence harm = new CountEvidence(new Settings.Tolerance(hypothesis.ratio(), hypothesis.slack(), 1));
            harm.learn(1, 10);
            harm.learn(3, 10);
            for (Block block : looks) {
                harm.settle(block);
            }
            return Math.exp(harm.wealth().log());
        }
        double rate = Math.min(1, hypothesis.ratio() * rates[look] + hypothesis.slack());
        double[] candidate = repeated(rate, look + 1);
        double[] baseline = repeated(rates[look], 4 - look);
        return expectation(candidate, baseline, b -> {
            Block[] more = Arrays.copyOf(looks, look + 1);
            more[look] = b;
            return capital(hypothesis, rates, more, look + 1);
        });
    }

    @Test
    void theLimitOfALowRateIsWhatBetsTendTo() {
        RateBets bets = new RateBets(1.3, 0);
        Block block = new Block(3, 1000, 4, 5000);
        assertThat(bets.bet(block, 1e-9, 3)).isCloseTo(bets.rare(block, 3), org.assertj.core.data.Offset.offset(1e-4));
    }

    @Test
    void hugeCountsAndExtremeRatesStayFinite() {
        double[] counts = {0, 0.25, 1, 1e3, 1e9, 1e15};
        for (Hypothesis hypothesis : HYPOTHESES) {
            RateBets bets = new RateBets(hypothesis.ratio(), hypothesis.slack());
            Wealth wealth = new Wealth(bets.shares());
            for (double total : counts) {
                for (double baseTotal : counts) {
                    for (double share : new double[] {0, 1e-9, 0.5, 1}) {
                        for (double baseShare : new double[] {0, 1e-9, 0.5, 1}) {
                            Block block = new Block(total * share, total, baseTotal * baseShare, baseTotal);
                            assertThat(bets.settle(block))
                                    .as("%s", block)
                                    .doesNotContain(Double.NaN)
                                    .satisfies(f -> assertThat(Arrays.stream(f).allMatch(Double::isFinite))
                                            .isTrue());
                            wealth.settle(bets.settle(block));
                            assertThat(wealth.log()).isFinite();
                        }
                    }
                }
            }
        }
    }

    @Test
    void aSideWithoutRequestsProvesNothing() {
        RateBets bets = new RateBets(1, 0);
        bets.settle(new Block(1, 100, 1, 100));
        assertThat(bets.settle(new Block(50, 50, 0, 0))).containsOnly(0);
        assertThat(bets.settle(new Block(0, 0, 3, 100))).containsOnly(0);
    }

    private static double[] repeated(double rate, int times) {
        double[] rates = new double[times];
        Arrays.fill(rates, rate);
        return rates;
    }

    private static double expectation(
            double[] candidate, double[] baseline, java.util.function.ToDoubleFunction<Block> of) {
        double[] events = distribution(candidate);
        double[] baseEvents = distribution(baseline);
        double sum = 0;
        for (int y = 0; y < events.length; y++) {
            for (int z = 0; z < baseEvents.length; z++) {
                double probability = events[y] * baseEvents[z];
                if (probability > 0) {
                    sum += probability * of.applyAsDouble(new Block(y, candidate.length, z, baseline.length));
                }
            }
        }
        return sum;
    }

    /** Returns how likely 0, 1, … requests fail. */
    private static double[] distribution(double[] rates) {
        double[] distribution = {1};
        for (double rate : rates) {
            double[] next = new double[distribution.length + 1];
            for (int y = 0; y < distribution.length; y++) {
                next[y] += distribution[y] * (1 - rate);
                next[y + 1] += distribution[y] * rate;
            }
            distribution = next;
        }
        return distribution;
    }
}
