package io.dpg.deploy.verify.metric;

import static io.dpg.deploy.verify.metric.FakePrometheus.matrix;
import static io.dpg.deploy.verify.metric.FakePrometheus.query;
import static io.dpg.deploy.verify.metric.FakePrometheus.success;
import static io.dpg.deploy.verify.metric.FakePrometheus.vector;
import static org.assertj.core.api.Assertions.assertThat;

import io.dpg.deploy.check.Reading;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** R10: what Prometheus answers, and which outcome that is. */
@Timeout(60)
class OutcomeTest {

    private static final long TO = FakePrometheus.TO.getEpochSecond();

    private static final String TWO_SERIES = success(
            "vector",
            "[{\"metric\":{\"pod\":\"a\"},\"value\":[" + TO + ",\"1\"]},{\"metric\":{\"pod\":\"b\"},\"value\":[" + TO
                    + ",\"5\"]}]");

    private static Reading instant(String json) throws Exception {
        return instant(json, source -> source);
    }

    private static Reading instant(String json, UnaryOperator<PrometheusSource> settings) throws Exception {
        try (FakePrometheus prometheus = FakePrometheus.saying(json)) {
            PrometheusSource source = PrometheusSource.at(prometheus.uri()).instant("x", "x");
            return settings.apply(source).read(query("x", Duration.ofMinutes(1)));
        }
    }

    private static Reading range(String json, UnaryOperator<PrometheusSource> settings) throws Exception {
        try (FakePrometheus prometheus = FakePrometheus.saying(json)) {
            PrometheusSource source = PrometheusSource.at(prometheus.uri()).range("x", "x");
            return settings.apply(source).read(query("x", Duration.ofMinutes(1)));
        }
    }

    private static Reading share(String events, String total) throws Exception {
        try (FakePrometheus prometheus = new FakePrometheus((exchange, asked, number) ->
                FakePrometheus.reply(exchange, 200, asked.promql().equals("total") ? total : events))) {
            return PrometheusSource.at(prometheus.uri())
                    .share("x", "events", "total")
                    .read(query("x", Duration.ofMinutes(1)));
        }
    }

    private static void assertInvalid(Reading reading, String reason) {
        assertThat(reading).isInstanceOfSatisfying(Reading.Invalid.class, invalid -> assertThat(invalid.reason())
                .contains(reason));
    }

    private static void assertNoData(Reading reading, String reason) {
        assertThat(reading).isInstanceOfSatisfying(Reading.NoData.class, none -> assertThat(none.reason())
                .contains(reason));
    }

    @Test
    void aNumberIsAValue() throws Exception {
        assertThat(instant(vector("0.25"))).isEqualTo(Reading.of(0.25));
        assertThat(instant(vector("1e-05"))).isEqualTo(Reading.of(1e-5));
        assertThat(instant(success("scalar", "[" + TO + ",\"-3\"]"))).isEqualTo(Reading.of(-3));
        assertThat(instant(matrix(15, "1", "2", "3"))).isEqualTo(Reading.of(List.of(1.0, 2.0, 3.0)));
        assertThat(range(matrix(15, "1", "2", "3", "4"), s -> s)).isEqualTo(Reading.of(List.of(1.0, 2.0, 3.0, 4.0)));
    }

    @Test
    void nothingIsNoData() throws Exception {
        assertNoData(instant(success("vector", "[]")), "the query matched no sample");
        assertNoData(range(success("matrix", "[]"), s -> s), "the query matched no sample");
    }

    @Test
    void whatIsNoNumberIsInvalid() throws Exception {
        assertInvalid(instant(vector("NaN")), "NaN where a number belongs, as of a share of nothing");
        assertInvalid(instant(vector("+Inf")), "+Inf");
        assertInvalid(instant(vector("-Inf")), "-Inf");
        assertInvalid(range(matrix(15, "1", "NaN", "3", "4"), s -> s), "NaN");
        assertInvalid(instant(success("string", "[" + TO + ",\"hello\"]")), "a text");
        assertInvalid(
                instant(success("vector", "[{\"metric\":{},\"histogram\":[" + TO + ",{\"count\":\"3\"}]}]")),
                "native histograms");
    }

    @Test
    void nanIsNoDataWhereThatIsWanted() throws Exception {
        assertNoData(instant(vector("NaN"), PrometheusSource::nanIsNoData), "nothing was observed");
        assertInvalid(instant(vector("+Inf"), PrometheusSource::nanIsNoData), "+Inf");
        assertThat(range(matrix(15, "1", "NaN", "3", "4"), PrometheusSource::nanIsNoData))
                .isEqualTo(Reading.of(List.of(1.0, 3.0, 4.0)));
    }

    @Test
    void severalSeriesAreInvalidUnlessAReducerIsNamed() throws Exception {
        assertInvalid(instant(TWO_SERIES), "2 series, such as {pod=\"a\"} and {pod=\"b\"}; aggregate");
        assertThat(instant(TWO_SERIES, s -> s.reduce("x", Reducer.SUM))).isEqualTo(Reading.of(6));
        assertThat(instant(TWO_SERIES, s -> s.reduce("x", Reducer.MEAN))).isEqualTo(Reading.of(3));
        assertThat(instant(TWO_SERIES, s -> s.reduce("x", Reducer.MAX))).isEqualTo(Reading.of(5));
        assertThat(instant(TWO_SERIES, s -> s.reduce("x", Reducer.MIN))).isEqualTo(Reading.of(1));
        assertInvalid(instant(TWO_SERIES.replace("\"5\"", "\"NaN\""), s -> s.reduce("x", Reducer.MAX)), "NaN");
    }

    @Test
    void severalSeriesOfARangeAreReducedTimeByTime() throws Exception {
        String two = success(
                "matrix",
                "[{\"metric\":{\"pod\":\"a\"},\"values\":[[" + (TO - 15) + ",\"1\"],[" + TO
                        + ",\"2\"]]},{\"metric\":{\"pod\":\"b\"},\"values\":[[" + (TO - 30) + ",\"7\"],[" + TO
                        + ",\"10\"]]}]");
        assertInvalid(range(two, s -> s), "2 series");
        assertThat(range(two, s -> s.reduce("x", Reducer.SUM))).isEqualTo(Reading.of(List.of(7.0, 1.0, 12.0)));
        assertInvalid(instant(two, s -> s.reduce("x", Reducer.SUM)), "raw samples of 2 series");
    }

    @Test
    void aStaleSampleIsNoData() throws Exception {
        String old = success("matrix", "[{\"metric\":{},\"values\":[[" + (TO - 301) + ",\"1\"]]}]");
        assertNoData(instant(old), "stale: the newest sample is 5 min 1 s old");
        assertThat(instant(old, s -> s.staleAfter(Duration.ofSeconds(301)))).isEqualTo(Reading.of(1));
        String ended = success("matrix", "[{\"metric\":{},\"values\":[[" + (TO - 46) + ",\"1\"]]}]");
        assertNoData(range(ended, s -> s.minCoverage(0)), "stale");
        assertNoData(range(ended, s -> s), "stale");
    }

    @Test
    void aRangeWithGapsIsNotJudged() throws Exception {
        String gaps = success("matrix", "[{\"metric\":{},\"values\":[[" + (TO - 45) + ",\"1\"],[" + TO + ",\"2\"]]}]");
        UnaryOperator<PrometheusSource> most = source -> source.minCoverage(0.75);
        assertInvalid(range(gaps, most), "a range with gaps: 2 of 4 points, 15 s apart");
        assertNoData(range(gaps, source -> most.apply(source).partial(PartialPolicy.NO_DATA)), "gaps");
        assertThat(range(gaps, source -> most.apply(source).partial(PartialPolicy.ACCEPT)))
                .isEqualTo(Reading.of(List.of(1.0, 2.0)));
        assertThat(range(gaps, source -> source)).isEqualTo(Reading.of(List.of(1.0, 2.0)));
    }

    /** Else nothing could be released for minutes after the release before. */
    @Test
    void aYoungSeriesIsNoDataRatherThanOneWithGaps() throws Exception {
        assertNoData(range(matrix(15, "1"), s -> s), "samples of only the end of the range: 1 of 4 points, 15 s apart");
        assertThat(range(matrix(15, "1", "2"), s -> s)).isEqualTo(Reading.of(List.of(1.0, 2.0)));
        assertThat(range(matrix(15, "1"), s -> s.partial(PartialPolicy.ACCEPT))).isEqualTo(Reading.of(1));
    }

    @Test
    void anAnswerWithWarningsIsNotJudgedAndOneWithInfosIs() throws Exception {
        String warned = vector("1").replace("\"status\"", "\"warnings\":[\"store b: deadline exceeded\"],\"status\"");
        assertInvalid(instant(warned), "the answer came with warnings: store b: deadline exceeded");
        assertNoData(instant(warned, s -> s.partial(PartialPolicy.NO_DATA)), "warnings");
        assertThat(instant(warned, s -> s.partial(PartialPolicy.ACCEPT))).isEqualTo(Reading.of(1));
        assertThat(instant(warned.replace("warnings", "infos"))).isEqualTo(Reading.of(1));
    }

    @Test
    void aShareHasItsCounts() throws Exception {
        assertThat(share(vector("2"), vector("50"))).isEqualTo(Reading.share(2, 50));
    }

    @Test
    void noSampleOfErrorsIsNoErrorAndNoSampleOfRequestsIsNoData() throws Exception {
        String empty = success("vector", "[]");
        assertThat(share(empty, vector("50"))).isEqualTo(Reading.share(0, 50));
        assertNoData(share(empty, empty), "for the total");
        assertNoData(share(vector("0"), vector("0")), "nothing happened");
        assertInvalid(share(vector("1"), vector("0")), "1.0 of none");
        assertInvalid(
                share(empty.replace("\"data\"", "\"warnings\":[\"w\"],\"data\""), vector("50")), "for the events");
        assertInvalid(share(vector("NaN"), vector("50")), "for the events: NaN");
        assertInvalid(share(TWO_SERIES, vector("50")), "for the events: 2 series");
        assertInvalid(share(vector("1"), matrix(15, "1", "2")), "the total of a share is one number");
    }
}
