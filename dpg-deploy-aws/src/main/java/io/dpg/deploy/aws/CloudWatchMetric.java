package io.dpg.deploy.aws;

import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * A statistic of a metric in CloudWatch. Limits are those of
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_Metric.html.
 *
 * @param namespace such as {@code AWS/ApplicationELB}
 * @param name such as {@code HTTPCode_Target_5XX_Count}
 * @param dimensions all that the metric has, at most 30; values may hold the variables of {@link CloudWatchSource}. With fewer
 *     dimensions it is another metric, that mostly does not exist
 * @param statistic {@code Sum}, {@code Average}, {@code Minimum}, {@code Maximum}, {@code SampleCount}, or a percentile or
 *     trimmed one such as {@code p99}, {@code p99.9}, {@code tm95}, {@code IQM}, {@code PR(:300)}
 */
public record CloudWatchMetric(String namespace, String name, Map<String, String> dimensions, String statistic) {

    /** See https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html. */
    private static final Pattern STATISTIC = Pattern.compile(
            "Sum|Average|Minimum|Maximum|SampleCount|IQM|(p|tm|wm|tc|ts)\\d{1,3}(\\.\\d{1,10})?|(TM|WM|TC|TS|PR)\\([^()]{1,60}\\)");

    private static final int DIMENSIONS = 30;
    private static final int LONGEST = 255;

    /** Copies the dimensions, and checks all. */
    public CloudWatchMetric {
        text("namespace", namespace);
        text("name", name);
        Objects.requireNonNull(statistic, "statistic");
        if (!STATISTIC.matcher(statistic).matches()) {
            throw new IllegalArgumentException(
                    "CloudWatch has statistics such as Sum, Average, Maximum, SampleCount or p99," + " but got '"
                            + statistic + "'");
        }
        if (dimensions.size() > DIMENSIONS) {
            throw new IllegalArgumentException(
                    "A metric has at most " + DIMENSIONS + " dimensions, but got " + dimensions.size());
        }
        dimensions.forEach((key, value) -> {
            text("name of a dimension", key);
            text("dimension " + key, value);
        });
        dimensions = Collections.unmodifiableMap(new TreeMap<>(dimensions));
    }

    private static void text(String what, String value) {
        int most = what.startsWith("dimension ") ? 1024 : LONGEST;
        if (Objects.requireNonNull(value, what).isBlank() || value.length() > most) {
            throw new IllegalArgumentException(
                    "The " + what + " of a metric must have 1 to " + most + " characters, but got '" + value + "'");
        }
    }

    /** Returns for example {@code Sum of AWS/ApplicationELB RequestCount {TargetGroup=targetgroup/a/1}}. */
    @Override
    public String toString() {
        return statistic + " of " + namespace + ' ' + name + (dimensions.isEmpty() ? "" : ' ' + dimensions.toString());
    }
}
