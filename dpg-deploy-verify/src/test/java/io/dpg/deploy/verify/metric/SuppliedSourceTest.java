package io.dpg.deploy.verify.metric;

import static io.dpg.deploy.verify.metric.FakePrometheus.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dpg.deploy.check.Reading;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class SuppliedSourceTest {

    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final SuppliedSource source = SuppliedSource.empty()
            .value("length", group -> group.version().length())
            .value("nan", group -> Double.NaN)
            .samples("list", query -> List.of(1.0, 2.0))
            .samples("none", query -> List.of())
            .samples("null", query -> null)
            .share("errors", query -> 1, query -> Duration.between(query.from(), query.to())
                    .toSeconds())
            .value("broken", group -> {
                throw new IllegalStateException("the meter is gone");
            })
            .reading("own", query -> new Reading.NoData("not today"));

    private Reading read(String metric) throws InterruptedException {
        return source.read(query(metric, MINUTE));
    }

    @Test
    void givesWhatItIsGiven() throws Exception {
        assertThat(read("length")).isEqualTo(Reading.of(5));
        assertThat(read("list")).isEqualTo(Reading.of(List.of(1.0, 2.0)));
        assertThat(read("errors")).isEqualTo(Reading.share(1, 60));
        assertThat(read("own")).isEqualTo(new Reading.NoData("not today"));
    }

    @Test
    void tellsOutcomesApart() throws Exception {
        assertThat(read("nan")).isInstanceOf(Reading.Invalid.class);
        assertThat(read("none")).isInstanceOf(Reading.NoData.class);
        assertThat(read("null")).isInstanceOf(Reading.NoData.class);
        assertThat(read("broken"))
                .isEqualTo(new Reading.ProviderError(
                        "the function of 'broken' failed: java.lang.IllegalStateException:" + " the meter is gone"));
    }

    @Test
    void namesWhatItKnows() throws Exception {
        assertThat(read("lenght"))
                .isEqualTo(new Reading.Invalid("there is no metric 'lenght'; known are"
                        + " [broken, errors, length, list, nan, none, null, own]"));
        assertThatThrownBy(() -> source.value("own", group -> 1)).hasMessageContaining("'own'");
        assertThat(source).hasToString("supplied [broken, errors, length, list, nan, none, null, own]");
    }

    @Test
    void letsItselfBeInterrupted() {
        SuppliedSource waiting = SuppliedSource.empty().reading("x", query -> {
            throw new InterruptedException();
        });
        assertThatThrownBy(() -> waiting.read(query("x", MINUTE))).isInstanceOf(InterruptedException.class);
    }
}
