package io.dpg.deploy.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ReadingTest {

    @Test
    void aShareKeepsItsCounts() {
        assertThat(Reading.share(3, 1000)).isInstanceOfSatisfying(Reading.Value.class, v -> {
            assertThat(v.mean()).isEqualTo(0.003);
            assertThat(v.counts()).hasValue(new Reading.Counts(3, 1000));
        });
    }

    @Test
    void aShareOfNothingIsNoData() {
        assertThat(Reading.share(0, 0)).isInstanceOf(Reading.NoData.class);
    }

    @Test
    void whatIsNoShareIsInvalid() {
        assertThat(Reading.share(1, 0)).isInstanceOf(Reading.Invalid.class);
        assertThat(Reading.share(-1, 10)).isInstanceOf(Reading.Invalid.class);
        assertThat(Reading.share(Double.NaN, 10)).isInstanceOf(Reading.Invalid.class);
        assertThat(Reading.share(1, Double.POSITIVE_INFINITY)).isInstanceOf(Reading.Invalid.class);
        assertThat(Reading.share(20, 10)).isInstanceOf(Reading.Invalid.class);
    }

    @Test
    void aLittleMoreThanAllIsAll() {
        assertThat(Reading.share(10.2, 10)).isInstanceOfSatisfying(Reading.Value.class, v -> assertThat(v.mean())
                .isEqualTo(1));
    }

    @Test
    void countsMakeSense() {
        assertThatThrownBy(() -> new Reading.Counts(2, 1)).hasMessageContaining("2.0 of 1.0");
        assertThatThrownBy(() -> new Reading.Counts(0, 0)).isInstanceOf(IllegalArgumentException.class);
    }
}
