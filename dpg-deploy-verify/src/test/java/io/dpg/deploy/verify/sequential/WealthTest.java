package io.dpg.deploy.verify.sequential;

import static org.assertj.core.api.Assertions.assertThat;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class WealthTest {

    private static final double LN2 = Math.log(2);

    @Test
    void beginsWithOneAndCertainOfNothing() {
        Wealth wealth = new Wealth(0.5, 0.5);
        assertThat(wealth.log()).isZero();
        assertThat(wealth.pValue()).isEqualTo(1);
    }

    @Test
    void aBetThatGivesBackWhatItGotKeepsTheCapital() {
        Wealth wealth = new Wealth(0.2, 0.8);
        for (int i = 0; i < 1000; i++) {
            wealth.settle(new double[] {0, 0});
            assertThat(wealth.log()).isCloseTo(0, Offset.offset(1e-9));
        }
    }

    @Test
    void mostOfTheCapitalIsInBeforeTheFirstLook() {
        Wealth wealth = new Wealth(1);
        wealth.settle(new double[] {Math.log(4)});
        assertThat(Math.exp(wealth.log())).isCloseTo(0.8 * 4 + 0.2, Offset.offset(1e-12));
    }

    @Test
    void losingAllAtOnceLeavesTheReserve() {
        Wealth wealth = new Wealth(1);
        wealth.settle(new double[] {-1e300});
        assertThat(Math.exp(wealth.log())).isCloseTo(0.2, Offset.offset(1e-12));
    }

    @Test
    void theCapitalIsFairWhateverComesFirst() {
        // Three looks that double or lose half of a capital, with the odds that make that fair: one in three doubles.
        assertThat(expected(new double[0], 8)).isCloseTo(1, Offset.offset(1e-8));
    }

    private static double expected(double[] outcomes, int looks) {
        if (outcomes.length == looks) {
            Wealth wealth = new Wealth(0.3, 0.7);
            for (double outcome : outcomes) {
                wealth.settle(new double[] {outcome, outcome / 1e9});
            }
            return Math.exp(wealth.log());
        }
        double[] won = java.util.Arrays.copyOf(outcomes, outcomes.length + 1);
        double[] lost = won.clone();
        won[outcomes.length] = LN2;
        lost[outcomes.length] = -LN2;
        return (expected(won, looks) + 2 * expected(lost, looks)) / 3;
    }

    @Test
    void harmThatBeginsLateIsNotHiddenByWhatWasLostBefore() {
        Wealth wealth = new Wealth(1);
        for (int i = 0; i < 10_000; i++) {
            wealth.settle(new double[] {-0.5});
        }
        int looks = 0;
        while (wealth.pValue() > 0.01) {
            wealth.settle(new double[] {0.5});
            assertThat(++looks).isLessThan(1000);
        }
        assertThat(looks).isLessThan(45); // without the reserve it would take 10,010
    }

    @Test
    void whatWasOnceShownStays() {
        Wealth wealth = new Wealth(1);
        wealth.settle(new double[] {10});
        double p = wealth.pValue();
        wealth.settle(new double[] {-50});
        assertThat(wealth.pValue()).isEqualTo(p).isLessThan(0.01);
    }

    @Test
    void nothingOverflows() {
        Wealth wealth = new Wealth(0.5, 0.5);
        for (int i = 0; i < 100; i++) {
            wealth.settle(new double[] {1e300, -1e300});
        }
        assertThat(wealth.log()).isFinite().isPositive();
        assertThat(wealth.pValue()).isZero();
    }
}
