package io.dpg.deploy.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.dpg.deploy.Group;
import io.dpg.deploy.Revision;
import io.dpg.deploy.Slot;
import io.dpg.deploy.check.MetricQuery;
import io.dpg.deploy.check.Reading;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.cloudwatch.model.Dimension;
import software.amazon.awssdk.services.cloudwatch.model.MetricDatum;

/** Metrics of CloudWatch, on the emulator. */
@NeedsAws
class CloudWatchSourceTest {

    private static final Instant NOW = Instant.now().truncatedTo(ChronoUnit.MINUTES);
    private static final Group BLUE = Group.of(Slot.BLUE, "1.4.0", new Revision("api:7"), 2, 2, 90, 1);
    private static final Group GREEN = Group.of(Slot.GREEN, "1.5.0", new Revision("api:8"), 2, 2, 10, 1);

    private static TestAws aws;

    @BeforeAll
    static void put() {
        aws = TestAws.open();
        for (int ago = 1; ago <= 6; ago++) {
            put("RequestCount", "tg/blue", ago, 1000);
            put("RequestCount", "tg/green", ago, 100);
            put("TargetResponseTime", "tg/green", ago, ago);
        }
        put("HTTPCode_Target_5XX_Count", "tg/green", 3, 4);
        put("HTTPCode_Target_5XX_Count", "tg/green", 3, 6);
    }

    @AfterAll
    static void close() {
        if (aws != null) {
            aws.close();
        }
    }

    @Test
    void aMetricHasASampleForEachWholePeriodOldestFirst() throws Exception {
        assertThat(read("latency", GREEN)).isEqualTo(Reading.of(java.util.List.of(5.0, 4.0, 3.0, 2.0)));
    }

    @Test
    void aShareHasTheCountsOfAllPeriods() throws Exception {
        assertThat(read("errors", GREEN)).isInstanceOfSatisfying(Reading.Value.class, v -> {
            assertThat(v.mean()).isCloseTo(10 / 400.0, within(1e-9));
            assertThat(v.counts().orElseThrow()).isEqualTo(new Reading.Counts(10, 400));
        });
    }

    @Test
    void withoutAnySampleOfErrorsThereWereNone() throws Exception {
        assertThat(read("errors", BLUE)).isInstanceOfSatisfying(Reading.Value.class, v -> assertThat(
                        v.counts().orElseThrow())
                .isEqualTo(new Reading.Counts(0, 4000)));
    }

    @Test
    void aMetricWithoutSamplesIsNoData() throws Exception {
        assertThat(read("latency", BLUE)).isInstanceOf(Reading.NoData.class);
        CloudWatchSource nowhere = source().variable("nowhere", "tg/none")
                .share("share", elb("HTTPCode_Target_5XX_Count", "${nowhere}"), elb("RequestCount", "${nowhere}"));
        assertThat(nowhere.read(query("share", GREEN))).isInstanceOf(Reading.NoData.class);
    }

    private static Reading read(String metric, Group group) throws InterruptedException {
        return source().read(query(metric, group));
    }

    private static MetricQuery query(String metric, Group group) {
        // From within a period to now: of the six minutes with samples, the oldest and newest do not count.
        return new MetricQuery(metric, group, NOW.minusSeconds(330), NOW.plusSeconds(30));
    }

    private static CloudWatchSource source() {
        return CloudWatchSource.of(aws.clients())
                .lag(Duration.ofSeconds(60))
                .time(new At(NOW.plusSeconds(30)))
                .variable("stage", "tg")
                .metric(
                        "latency",
                        "AWS/ApplicationELB",
                        "TargetResponseTime",
                        Map.of("TargetGroup", "${stage}/${slot}"),
                        "Average")
                .share("errors", elb("HTTPCode_Target_5XX_Count", "tg/${slot}"), elb("RequestCount", "tg/${slot}"));
    }

    private static CloudWatchMetric elb(String name, String targetGroup) {
        return new CloudWatchMetric("AWS/ApplicationELB", name, Map.of("TargetGroup", targetGroup), "Sum");
    }

    private static void put(String metric, String targetGroup, int minutesAgo, double value) {
        aws.clients().cloudWatch().putMetricData(r -> r.namespace("AWS/ApplicationELB")
                .metricData(MetricDatum.builder()
                        .metricName(metric)
                        .dimensions(Dimension.builder()
                                .name("TargetGroup")
                                .value(targetGroup)
                                .build())
                        .timestamp(NOW.minus(Duration.ofMinutes(minutesAgo)).plusSeconds(20))
                        .value(value)
                        .build()));
    }
}
