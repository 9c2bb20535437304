package io.dpg.deploy.verify.metric;

import static io.dpg.deploy.verify.metric.FakePrometheus.TO;
import static io.dpg.deploy.verify.metric.FakePrometheus.reply;
import static io.dpg.deploy.verify.metric.FakePrometheus.success;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dpg.deploy.DeployException;
import io.dpg.deploy.Group;
import io.dpg.deploy.Revision;
import io.dpg.deploy.Slot;
import io.dpg.deploy.check.Backtest;
import io.dpg.deploy.check.Metric;
import io.dpg.deploy.check.MetricQuery;
import io.dpg.deploy.check.Reading;
import io.dpg.deploy.check.Recording;
import io.dpg.deploy.check.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PastTest {

    private static final Instant FROM = TO.minus(Duration.ofMinutes(10));
    private static final Group CANDIDATE = group(Slot.GREEN, "2");
    private static final Group BASELINE = group(Slot.BLUE, "1");
    private static final Duration EVERY = Duration.ofSeconds(30);

    private static Group group(Slot slot, String version) {
        return Group.of(slot, version, new Revision(version), 1, 1, 50, 1);
    }

    /** Answers range queries with what {@code value} makes of time; NaN is no sample. */
    private static FakePrometheus prometheus(Map<String, ToDoubleFunction<Long>> values) throws Exception {
        return new FakePrometheus((exchange, asked, number) -> {
            Map<String, String> form = asked.form();
            long end = Math.round(Double.parseDouble(form.get("end")));
            long step = Math.round(Double.parseDouble(form.get("step")));
            StringBuilder samples = new StringBuilder();
            for (long t = Math.round(Double.parseDouble(form.get("start"))); t <= end; t += step) {
                double value = values.get(form.get("query")).applyAsDouble(t);
                if (!Double.isNaN(value)) {
                    samples.append(samples.isEmpty() ? "" : ",")
                            .append("[")
                            .append(t)
                            .append(",\"");
                    samples.append(value).append("\"]");
                }
            }
            String series = samples.isEmpty() ? "[]" : "[{\"metric\":{},\"values\":[" + samples + "]}]";
            reply(exchange, 200, success("matrix", series));
        });
    }

    @Test
    void whatWasRecordedIsJudgedAgain() throws Exception {
        long bad = TO.minus(Duration.ofMinutes(4)).getEpochSecond();
        try (FakePrometheus prometheus = prometheus(Map.of(
                "'errors 2' 30s", t -> t > bad ? 10 : Double.NaN,
                "'total 2' 30s", t -> 100.0,
                "'errors 1' 30s", t -> Double.NaN,
                "'total 1' 30s", t -> 100.0))) {
            PrometheusSource source =
                    PrometheusSource.at(prometheus.uri()).share("errors", quoted("errors"), quoted("total"));
            Recording recording = source.record("shop 2", List.of("errors"), CANDIDATE, BASELINE, FROM, TO, EVERY);
            assertThat(recording.from()).isEqualTo(FROM);
            assertThat(recording.to()).isEqualTo(TO);
            Backtest test =
                    Metric.named("errors").from(source, "errors").below(0.05).backtest(recording);
            assertThat(test.verdict()).as(test.toString()).isEqualTo(Verdict.FAIL);
            assertThat(test.after()).isEqualTo(Duration.ofMinutes(7));
            assertThat(test.refusal()).isNull();
            assertThat(prometheus.asked()).hasSize(4);
            assertThat(prometheus.asked().get(0).form())
                    .containsEntry("start", Ask.time(FROM.plusSeconds(30)))
                    .containsEntry("end", Ask.time(TO));
            assertThat(prometheus.asked().get(2).form())
                    .containsEntry(
                            "start", Ask.time(FROM.minus(Duration.ofMinutes(5)).plusSeconds(30)));
        }
    }

    /** A placeholder has to be in quotes; the fake does not know PromQL and wants plain names. */
    private static String quoted(String name) {
        return "'" + name + " ${version}' ${window}";
    }

    @Test
    void aLongTimeIsAskedForInPieces() throws Exception {
        try (FakePrometheus prometheus = prometheus(Map.of("x", t -> 1.0))) {
            Recording recording = PrometheusSource.at(prometheus.uri())
                    .instant("x", "x")
                    .record(
                            "long",
                            List.of("x"),
                            CANDIDATE,
                            BASELINE,
                            TO.minus(Duration.ofSeconds(5_000)),
                            TO,
                            Duration.ofSeconds(1));
            assertThat(prometheus.asked()).hasSize(6);
            Reading all = recording.source().read(new MetricQuery("x", CANDIDATE, recording.from(), TO));
            assertThat(((Reading.Value) all).samples()).as("one each second").hasSize(5_000);
            Backtest test = Metric.named("x")
                    .from(recording.source(), "x")
                    .below(2)
                    .minSamples(100)
                    .interval(Duration.ofSeconds(100))
                    .backtest(recording);
            assertThat(test.verdict()).isEqualTo(Verdict.PASS);
        }
    }

    @Test
    void whatIsNoShareStaysWhatCannotBeJudged() throws Exception {
        try (FakePrometheus prometheus = prometheus(Map.of(
                "'errors 2' 30s",
                t -> 300.0,
                "'total 2' 30s",
                t -> 100.0,
                "'errors 1' 30s",
                t -> 0.0,
                "'total 1' 30s",
                t -> 0.0))) {
            PrometheusSource source =
                    PrometheusSource.at(prometheus.uri()).share("errors", quoted("errors"), quoted("total"));
            Recording recording = source.record("x", List.of("errors"), CANDIDATE, BASELINE, FROM, TO, EVERY);
            Backtest test =
                    Metric.named("errors").from(source, "errors").below(10).backtest(recording);
            assertThat(test.verdict()).isEqualTo(Verdict.ERROR);
        }
    }

    @Test
    void saysWhatCouldNotBeRecorded() throws Exception {
        try (FakePrometheus prometheus = FakePrometheus.saying(400, "{}")) {
            PrometheusSource source = PrometheusSource.at(prometheus.uri()).instant("x", "x");
            assertThatThrownBy(() -> source.record("r", List.of("x"), CANDIDATE, BASELINE, FROM, TO, EVERY))
                    .isInstanceOf(DeployException.class)
                    .hasMessageStartingWith("Tried to record 'x' of 2, but Prometheus at 127.0.0.1:")
                    .hasMessageContaining("answered 400");
            assertThatThrownBy(() -> source.record("r", List.of("y"), CANDIDATE, BASELINE, FROM, TO, EVERY))
                    .hasMessageContaining("known are [x]");
            assertThatThrownBy(() -> source.record("r", List.of("x"), CANDIDATE, BASELINE, TO, FROM, EVERY))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        String two = success("matrix", "[{\"metric\":{\"a\":\"1\"},\"values\":[[1,\"1\"]]},{\"values\":[[1,\"1\"]]}]");
        try (FakePrometheus prometheus = FakePrometheus.saying(two)) {
            PrometheusSource source = PrometheusSource.at(prometheus.uri()).instant("x", "x");
            assertThatThrownBy(() -> source.record("r", List.of("x"), CANDIDATE, BASELINE, FROM, TO, EVERY))
                    .isInstanceOf(DeployException.class)
                    .hasMessageContaining("2 series");
        }
    }
}
