package io.dpg.deploy.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dpg.deploy.check.Recording.Side;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BacktestTest {

    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

    @TempDir
    private Path folder;

    /** Ten minutes, a sample every ten seconds; the candidate turns bad after {@code goodFor}. */
    private static Recording recorded(Duration goodFor, double bad) {
        Recording.Builder builder = Recording.named("shop 1.4.0");
        for (int second = -600; second <= 600; second += 10) {
            Instant at = START.plusSeconds(second);
            builder.share(Side.BASELINE, "errors", at, 1, 1000).sample(Side.BASELINE, "latency", at, 0.1);
            if (second >= 0) {
                boolean well = second < goodFor.toSeconds();
                builder.share(Side.CANDIDATE, "errors", at, well ? 1 : bad * 1000, 1000);
                builder.sample(Side.CANDIDATE, "latency", at, well ? 0.1 : 0.3);
            }
        }
        return builder.build();
    }

    private static Metric errors() {
        MetricSource nobody = query -> {
            throw new AssertionError("the real source is not asked");
        };
        return Metric.named("error-rate").from(nobody, "errors").below(1.5).timesBaseline();
    }

    @Test
    void aReleaseThatTurnedBadWouldHaveBeenStoppedAtTheSecondBadLook() {
        Backtest result = errors().backtest(recorded(Duration.ofMinutes(4), 0.05));
        assertThat(result.stopped()).isTrue();
        assertThat(result.passed()).isFalse();
        assertThat(result.after()).isEqualTo(Duration.ofMinutes(4).plusSeconds(30));
        assertThat(result.looks()).hasSize(9);
        assertThat(result.toString()).startsWith("error-rate would have stopped shop 1.4.0 after 4 min 30 s: ");
    }

    @Test
    void aReleaseThatStayedGoodWouldHavePassed() {
        Backtest result = errors().backtest(recorded(Duration.ofHours(1), 0));
        assertThat(result.passed()).isTrue();
        assertThat(result.looks()).hasSize(20);
        assertThat(result.after()).isEqualTo(Duration.ofMinutes(10));
    }

    @Test
    void moreThanAMillionLooksAreRefused() {
        Metric restless = errors().interval(Duration.ofNanos(100));
        Recording recording = recorded(Duration.ofHours(1), 0);
        assertThatThrownBy(() -> restless.backtest(recording))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("more than 1000000 looks; use a longer interval");
    }

    @Test
    void aMetricThatNobodyRecordedWouldHaveHeldAndNeverPassed() {
        Metric other =
                Metric.named("saturation").from(q -> Reading.of(0), "cpu").below(1);
        Backtest result = other.backtest(recorded(Duration.ofHours(1), 0));
        assertThat(result.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(result.reason()).contains("the recording has no 'cpu' of the candidate; it has errors");
        assertThat(result.passed()).isFalse();
        assertThat(result.stopped()).isFalse();
    }

    @Test
    void anAlarmThatFiredBeforeWouldHaveBeenNoticedFirst() {
        Metric absolute =
                Metric.named("latency").from(q -> Reading.of(0), "latency").below(0.05);
        Backtest result = absolute.backtest(recorded(Duration.ofHours(1), 0));
        assertThat(result.refusal()).contains("already firing");
        assertThat(result.stopped()).isTrue();
        assertThat(Backtest.table(List.of(result))).contains("refused", "already firing");
    }

    @Test
    void oneThatJudgesAtTheEndLooksOnceAtEverything() {
        Backtest result = errors().atEnd().backtest(recorded(Duration.ofMinutes(4), 0.05));
        assertThat(result.looks()).hasSize(1);
        assertThat(result.stopped()).isTrue();
        assertThat(result.after()).isEqualTo(Duration.ofMinutes(10));
    }

    @Test
    void aBaselineWithoutTrafficIsTakenFromBefore() {
        Recording recording = recorded(Duration.ofHours(1), 0).baselineUntil(START);
        assertThat(errors().backtest(recording).passed()).isTrue();
    }

    @Test
    void anAnalysisThatReadsNoSourceCannotBePlayed() {
        Analysis own = new Analysis() {
            @Override
            public String name() {
                return "own";
            }

            @Override
            public Duration interval() {
                return Duration.ofSeconds(1);
            }

            @Override
            public Run start(AnalysisContext context) {
                throw new IllegalStateException();
            }
        };
        assertThatThrownBy(() -> own.backtest(recorded(Duration.ofHours(1), 0)))
                .hasMessageContaining("reading(MetricSource)");
    }

    @Test
    void recordingsAreReadFromLines() throws Exception {
        Path file = folder.resolve("shop-1.4.0.csv");
        Files.writeString(file, """
                time,side,metric,value
                # exported by hand
                2026-03-01T12:00:00Z,candidate,errors,1,1000
                1772366430.5,candidate,errors,300,1000

                2026-03-01T12:00:00Z,baseline,errors,1,1000
                2026-03-01T12:00:30Z,Baseline,errors,1,1000
                2026-03-01T12:00:30Z,candidate,latency,NaN
                2026-03-01T12:00:30Z,baseline,latency,+Inf
                """);
        Recording recording = Recording.load(file);
        assertThat(recording.name()).isEqualTo("shop-1.4.0.csv");
        assertThat(recording.from()).isEqualTo(START);
        assertThat(recording.time()).isEqualTo(Duration.ofMillis(30_500));
        Recording longer = recording.between(START, START.plusSeconds(60));
        assertThat(errors().consecutively(1).backtest(longer).stopped()).isTrue();
        Reading broken = recording
                .source()
                .read(new MetricQuery("latency", recording.group(Side.CANDIDATE), START, START.plusSeconds(60)));
        assertThat(broken).isInstanceOf(Reading.Invalid.class);
    }

    @Test
    void allFaultyLinesAreTold() throws Exception {
        Path file = folder.resolve("bad.csv");
        Files.writeString(file, """
                2026-03-01T12:00:00Z,candidate,errors
                yesterday,candidate,errors,1
                2026-03-01T12:00:00Z,canary,errors,1
                2026-03-01T12:00:00Z,candidate,errors,many
                2026-03-01T12:00:00Z,candidate,errors,5,3
                """);
        assertThatThrownBy(() -> Recording.load(file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll(
                        "line 1: it has 3 fields",
                        "line 2",
                        "yesterday",
                        "line 3: 'canary' is no side",
                        "line 4",
                        "many",
                        "line 5",
                        "5.0 of 3.0");
    }

    @Test
    void aRecordingWithoutTimeIsRefused() {
        assertThatThrownBy(() -> Recording.named("empty").build()).hasMessageContaining("nothing to judge");
        assertThatThrownBy(() -> recorded(Duration.ofHours(1), 0).between(START, START))
                .hasMessageContaining("must begin before it ends");
    }

    @Test
    void aLastLookThatBrokeIsNoPass() {
        Analysis breaks = new Analysis() {
            @Override
            public String name() {
                return "breaks";
            }

            @Override
            public Duration interval() {
                return Duration.ofMinutes(1);
            }

            @Override
            public Analysis reading(MetricSource source) {
                return this;
            }

            @Override
            public Run start(AnalysisContext context) {
                return new Run() {
                    @Override
                    public Judgement look(AnalysisContext now) {
                        if (now.now().equals(START.plusSeconds(600))) {
                            throw new IllegalStateException("singular");
                        }
                        return Judgement.pass("fine");
                    }

                    @Override
                    public Judgement conclude() {
                        return Judgement.pass("fine");
                    }
                };
            }
        };
        Backtest result = breaks.backtest(recorded(Duration.ofHours(1), 0));
        assertThat(result.verdict()).isEqualTo(Verdict.ERROR);
        assertThat(result.reason()).isEqualTo("singular");
        assertThat(result.passed()).isFalse();
    }
}
