package io.dpg.deploy.aws;

import static io.dpg.deploy.aws.ScriptedCloudWatch.result;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dpg.deploy.Group;
import io.dpg.deploy.Revision;
import io.dpg.deploy.Slot;
import io.dpg.deploy.check.Metric;
import io.dpg.deploy.check.MetricQuery;
import io.dpg.deploy.check.Reading;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What CloudWatch's statuses, pages and faults become. */
class CloudWatchScriptedTest {

    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private static final String T0 = "2026-01-01T12:00:00Z";
    private static final String T1 = "2026-01-01T12:01:00Z";
    private static final String T2 = "2026-01-01T12:02:00Z";
    private static final Group GREEN = Group.of(Slot.GREEN, "1.5.0", new Revision("api:8"), 2, 2, 10, 1);
    private static final CloudWatchMetric ERRORS = elb("HTTPCode_Target_5XX_Count");
    private static final CloudWatchMetric REQUESTS = elb("RequestCount");

    private final ScriptedCloudWatch aws = new ScriptedCloudWatch();

    @AfterEach
    void close() {
        aws.close();
    }

    @Test
    void samplesComeOldestFirstWhateverTheirOrder() throws Exception {
        aws.data("", result("metric", "Complete", T1, "2", T0, "1"));

        assertThat(read("requests")).isEqualTo(new Reading.Value(List.of(1.0, 2.0)));
    }

    @Test
    void samplesOutsideOfTheTimeInQuestionDoNotCount() throws Exception {
        aws.data("", result("metric", "Complete", "2026-01-01T11:59:00Z", "1", T1, "2", "2026-01-01T12:04:00Z", "3"));

        assertThat(read("requests")).isEqualTo(new Reading.Value(List.of(2.0)));
    }

    @Test
    void onlyWholePeriodsThatEndedBeforeTheLagAreAskedFor() throws Exception {
        aws.data("", result("metric", "Complete", T1, "1"));

        source().read(query("requests", NOON.plusSeconds(1), NOON.plusSeconds(299)));

        assertThat(aws.requests().get(0))
                .contains("StartTime=2026-01-01T12:01:00Z")
                .contains("EndTime=2026-01-01T12:03:00Z")
                .contains("Period=60");
    }

    @Test
    void aPastTimeNeedsNoLag() throws Exception {
        aws.data("", result("metric", "Complete", T1, "1"));

        source().time(new At(NOON.plusSeconds(3600))).read(query("requests", NOON, NOON.plusSeconds(299)));

        assertThat(aws.requests().get(0)).contains("EndTime=2026-01-01T12:04:00Z");
    }

    @Test
    void withoutAWholePeriodNobodyIsAsked() throws Exception {
        Reading reading = source().read(query("requests", NOON.plusSeconds(61), NOON.plusSeconds(179)));

        assertThat(reading).isInstanceOf(Reading.NoData.class).asString().contains("no whole period");
        assertThat(aws.requests()).isEmpty();
    }

    @Test
    void partialPagesAreFollowedToTheEnd() throws Exception {
        aws.data("<NextToken>second</NextToken>", result("metric", "PartialData", T0, "1"))
                .data("", result("metric", "Complete", T1, "2"));

        assertThat(read("requests")).isEqualTo(new Reading.Value(List.of(1.0, 2.0)));
        assertThat(aws.requests()).hasSize(2);
        assertThat(aws.requests().get(1)).contains("NextToken=second");
    }

    @Test
    void aPartAtTheEndIsNoValue() throws Exception {
        aws.data("", result("metric", "PartialData", T0, "1"));

        assertThat(read("requests"))
                .isInstanceOf(Reading.Invalid.class)
                .asString()
                .contains("only a part");
    }

    @Test
    void aPartOfOneSideOfAShareIsNoValue() throws Exception {
        aws.data("", result("events", "PartialData"), result("total", "Complete", T0, "100"));

        assertThat(read("share")).isInstanceOf(Reading.Invalid.class);
    }

    @Test
    void anAnswerWithoutEndIsNotFollowedForEver() throws Exception {
        aws.data("<NextToken>more</NextToken>", result("metric", "PartialData", T0, "1"));

        assertThat(read("requests"))
                .isInstanceOf(Reading.Invalid.class)
                .asString()
                .contains("10 pages");
        assertThat(aws.requests()).hasSize(10);
    }

    @Test
    void anInternalErrorIsNoVerdict() throws Exception {
        aws.data("", result("metric", "InternalError"));

        assertThat(read("requests"))
                .isInstanceOf(Reading.ProviderError.class)
                .asString()
                .contains("internal error");
    }

    @Test
    void aForbiddenMetricSaysWhatToGrant() throws Exception {
        aws.data("", result("metric", "Forbidden"));

        assertThat(read("requests"))
                .isInstanceOf(Reading.ProviderError.class)
                .asString()
                .contains("grant cloudwatch:GetMetricData");
    }

    @Test
    void aStatusOfTheFutureIsNoValue() throws Exception {
        aws.data("", result("metric", "Shiny", T0, "1"));

        assertThat(read("requests"))
                .isInstanceOf(Reading.Invalid.class)
                .asString()
                .contains("Shiny");
    }

    @Test
    void noPointsAreNoData() throws Exception {
        aws.data("", result("metric", "Complete"));

        assertThat(read("requests")).isInstanceOf(Reading.NoData.class);
    }

    @Test
    void aMessageAboutTheWholeAnswerMeansThatItIsNotWhole() throws Exception {
        aws.data(
                "<Messages><member><Code>MaxMetricsExceeded</Code><Value>too many</Value></member></Messages>",
                result("metric", "Complete", T0, "1"));

        assertThat(read("requests"))
                .isInstanceOf(Reading.Invalid.class)
                .asString()
                .contains("too many");
    }

    @Test
    void severalSeriesAreNoValue() throws Exception {
        aws.data("", result("dpg_result", "Complete", T0, "1"), result("dpg_result", "Complete", T0, "2"));

        assertThat(read("ratio")).isInstanceOf(Reading.Invalid.class).asString().contains("several series");
    }

    @Test
    void aSeriesThatIsNoNumberIsNoValue() throws Exception {
        aws.data("", result("metric", "Complete", T0, "NaN"));

        assertThat(read("requests")).isInstanceOf(Reading.Invalid.class);
    }

    @Test
    void timesWithoutValuesAreNoValue() throws Exception {
        aws.data(
                "",
                "<member><Id>metric</Id><StatusCode>Complete</StatusCode><Timestamps><member>" + T0
                        + "</member></Timestamps><Values/></member>");

        assertThat(read("requests")).isInstanceOf(Reading.Invalid.class);
    }

    @Test
    void mathAsksForItsResultOnly() throws Exception {
        aws.data("", result("dpg_result", "Complete", T0, "2.5"));

        assertThat(read("ratio")).isEqualTo(Reading.of(2.5));
        assertThat(aws.requests().get(0))
                .contains("Expression=100 * FILL(errors, 0) / requests")
                .contains("Id=errors")
                .contains("Id=requests")
                .contains("Id=dpg_result")
                .contains("ReturnData=false");
    }

    @Test
    void aShareOfNoRequestsIsNoData() throws Exception {
        aws.data("", result("events", "Complete"), result("total", "Complete"));
        assertThat(read("share")).isInstanceOf(Reading.NoData.class);
    }

    @Test
    void aShareAddsUpItsPeriods() throws Exception {
        aws.data("", result("events", "Complete", T1, "3"), result("total", "Complete", T0, "50", T1, "50", T2, "50"));

        assertThat(read("share")).isEqualTo(Reading.share(3, 150));
    }

    @ParameterizedTest
    @CsvSource({
        "400, Throttling, Rate exceeded",
        "500, InternalServiceFault, oops",
        "503, ServiceUnavailable, later",
        "400, ValidationError, Error in expression 'ratio'",
        "403, AccessDenied, not authorized to perform cloudwatch:GetMetricData",
        "403, ExpiredToken, expired"
    })
    void aRefusalIsNoVerdict(int status, String code, String message) throws Exception {
        aws.refuses(status, code, message);

        assertThat(read("requests"))
                .isInstanceOf(Reading.ProviderError.class)
                .asString()
                .contains("Tried to read the metric 'requests'", code, message);
    }

    @Test
    void aMissingPermissionSaysWhatToDo() throws Exception {
        aws.refuses(403, "AccessDenied", "no");

        assertThat(read("requests").toString()).containsOnlyOnce("grant the permission");
    }

    @Test
    void whatIsNotCloudWatchIsNoVerdict() throws Exception {
        aws.answers(200, "<html>Welcome to the proxy");

        assertThat(read("requests")).isInstanceOf(Reading.ProviderError.class);
    }

    @Test
    void anInterruptWhileCloudWatchIsAskedEndsTheCallAsOne() {
        aws.data("<NextToken>more</NextToken>", result("metric", "PartialData"));
        Thread caller = Thread.currentThread();
        aws.whenAsked(caller::interrupt);

        assertThatThrownBy(() -> read("requests")).isInstanceOf(InterruptedException.class);
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void anInterruptedReadEndsAsOne() {
        aws.data("", result("metric", "Complete"));
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> read("requests")).isInstanceOf(InterruptedException.class);
    }

    @Test
    void anUnknownMetricIsToldWhenPlanned() throws Exception {
        assertThat(source().unknown("share")).isEmpty();
        assertThat(source().unknown("shar").orElseThrow()).contains("'shar'").contains("[ratio, requests, share]");
        assertThat(Metric.named("m").from(source(), "shar").below(1).faults()).hasSize(1);
        assertThat(read("shar")).isInstanceOf(Reading.Invalid.class);
        assertThat(aws.requests()).isEmpty();
    }

    @Test
    void variablesOfTheGroupStandInDimensions() throws Exception {
        aws.data("", result("metric", "Complete", T0, "1"));
        CloudWatchSource source = source().variable("tg", g -> "targetgroup/" + g.slot() + "/$1")
                .metric("m", "App", "Latency", Map.of("TargetGroup", "${tg}", "V", "v${version}-${revision}"), "p99.9");

        source.read(query("m", NOON, NOON.plusSeconds(300)));

        assertThat(aws.requests().get(0)).contains("targetgroup/GREEN/$1", "v1.5.0-api:8", "Stat=p99.9");
    }

    @Test
    void aVariableWithoutAValueIsNoValueAndNobodyIsAsked() throws Exception {
        CloudWatchSource source =
                source().variable("tg", g -> " ").metric("m", "App", "Latency", Map.of("TargetGroup", "${tg}"), "Sum");

        assertThat(source.read(query("m", NOON, NOON.plusSeconds(300))))
                .isInstanceOf(Reading.Invalid.class)
                .asString()
                .contains("${tg}");
        assertThat(aws.requests()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"${colour}", "${slot", "${}"})
    void anUnknownVariableIsRefusedAtOnce(String value) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> source().metric("m", "App", "Latency", Map.of("D", value), "Sum"));
    }

    @Test
    void whatCloudWatchHasNotIsRefusedAtOnce() {
        CloudWatchSource source = source();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> source.metric("m", "App", "Latency", Map.of(), "average"))
                .withMessageContaining("Average");
        assertThatIllegalArgumentException().isThrownBy(() -> source.metric("share", ERRORS));
        assertThatIllegalArgumentException().isThrownBy(() -> source.metric(" ", ERRORS));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> source.math("m", "5xx/requests", Map.of("5xx", ERRORS, "requests", REQUESTS)))
                .withMessageContaining("'5xx'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> source.math("m", "errors/request", Map.of("errors", ERRORS, "requests", REQUESTS)))
                .withMessageContaining("'requests'");
        assertThatIllegalArgumentException().isThrownBy(() -> source.math("m", "${slot}", Map.of()));
        CloudWatchMetric average = new CloudWatchMetric("App", "Errors", Map.of(), "Average");
        assertThatIllegalArgumentException().isThrownBy(() -> source.share("m", average, REQUESTS));
        assertThatIllegalArgumentException().isThrownBy(() -> source.variable("slot", "x"));
        assertThatIllegalArgumentException().isThrownBy(() -> source.lag(Duration.ofSeconds(-1)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "PT-60S", "PT45S", "PT90S", "PT60.5S", "PT25H"})
    void aPeriodThatCloudWatchHasNotIsRefused(Duration period) {
        assertThatIllegalArgumentException().isThrownBy(() -> source().period(period));
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT1S", "PT10S", "PT60S", "PT5M", "PT24H"})
    void aPeriodThatCloudWatchHasIsTaken(Duration period) {
        assertThat(source().period(period).metrics()).containsExactlyInAnyOrder("ratio", "requests", "share");
    }

    private Reading read(String metric) throws InterruptedException {
        return source().read(query(metric, NOON, NOON.plusSeconds(300)));
    }

    private static MetricQuery query(String metric, Instant from, Instant to) {
        return new MetricQuery(metric, GREEN, from, to);
    }

    private CloudWatchSource source() {
        return CloudWatchSource.of(aws.clients())
                .time(new At(NOON.plusSeconds(299)))
                .metric("requests", REQUESTS)
                .share("share", ERRORS, REQUESTS)
                .math("ratio", "100 * FILL(errors, 0) / requests", Map.of("errors", ERRORS, "requests", REQUESTS));
    }

    private static CloudWatchMetric elb(String name) {
        return new CloudWatchMetric("AWS/ApplicationELB", name, Map.of("TargetGroup", "targetgroup/api/1"), "Sum");
    }
}
