package io.dpg.deploy.aws.internal.metric;

import io.dpg.deploy.Group;
import io.dpg.deploy.aws.CloudWatchMetric;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudwatch.model.Dimension;
import software.amazon.awssdk.services.cloudwatch.model.MetricDataQuery;

/**
 * What a named metric of a source asks CloudWatch for. Immutable.
 *
 * @param inputs statistics by their id in the request
 * @param expression what is reckoned from them; null where they are wanted themselves
 */
public record Question(
        Map<String, CloudWatchMetric> inputs, @Nullable String expression) {

    static final String PLAIN = "metric";
    static final String EVENTS = "events";
    static final String TOTAL = "total";
    static final String RESULT = "dpg_result";

    /**
     * A request has at most 500 queries, but an expression that long is none; see
     * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html.
     */
    private static final int INPUTS = 100;

    /** See {@code Id} in https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDataQuery.html. */
    private static final Pattern ID = Pattern.compile("[a-z][a-zA-Z0-9_]{0,254}");

    /** Keeps the order of the inputs. */
    public Question {
        inputs = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(inputs));
    }

    /** Asks for a statistic. */
    public static Question plain(CloudWatchMetric metric) {
        return new Question(Map.of(PLAIN, metric), null);
    }

    /** Asks for two sums. */
    public static Question share(CloudWatchMetric events, CloudWatchMetric total) {
        for (CloudWatchMetric one : List.of(events, total)) {
            if (!one.statistic().equals("Sum") && !one.statistic().equals("SampleCount")) {
                throw new IllegalArgumentException("A share is made of statistics that add up over periods, Sum or"
                        + " SampleCount, but got " + one);
            }
        }
        Map<String, CloudWatchMetric> both = new LinkedHashMap<>();
        both.put(EVENTS, events);
        both.put(TOTAL, total);
        return new Question(both, null);
    }

    /** Asks for an expression. */
    public static Question math(String expression, Map<String, CloudWatchMetric> inputs) {
        if (expression.isBlank() || expression.length() > 2048 || expression.contains("${")) {
            throw new IllegalArgumentException(
                    "An expression has 1 to 2048 characters and no ${variables}, which stand in"
                            + " the dimensions of its inputs, but got '" + expression + "'");
        }
        if (inputs.size() > INPUTS) {
            throw new IllegalArgumentException(
                    "An expression has at most " + INPUTS + " inputs, but got " + inputs.size());
        }
        for (String id : inputs.keySet()) {
            if (!ID.matcher(id).matches() || id.equals(RESULT)) {
                throw new IllegalArgumentException(
                        "CloudWatch wants names of inputs to begin with a small letter, followed by"
                                + " letters, digits and _, such as m5xx, but got '" + id + "'");
            }
            if (!Pattern.compile("\\b" + id + "\\b").matcher(expression).find()) {
                throw new IllegalArgumentException(
                        "The input '" + id + "' stands nowhere in the expression '" + expression + "'");
            }
        }
        return new Question(new java.util.TreeMap<>(inputs), expression);
    }

    boolean isShare() {
        return inputs.containsKey(TOTAL) && expression == null;
    }

    /** Returns the id of the one series that is wanted; of a share, the events'. */
    String wanted() {
        return expression != null ? RESULT : isShare() ? EVENTS : PLAIN;
    }

    List<MetricDataQuery> queries(Variables variables, Group group, Duration period) throws Variables.Missing {
        int seconds = Math.toIntExact(period.toSeconds());
        List<MetricDataQuery> queries = new ArrayList<>();
        for (Map.Entry<String, CloudWatchMetric> input : inputs.entrySet()) {
            CloudWatchMetric metric = input.getValue();
            List<Dimension> dimensions = new ArrayList<>();
            for (Map.Entry<String, String> d : metric.dimensions().entrySet()) {
                String value = variables.fill(d.getValue(), group);
                dimensions.add(Dimension.builder().name(d.getKey()).value(value).build());
            }
            queries.add(MetricDataQuery.builder()
                    .id(input.getKey())
                    .metricStat(
                            s -> s.period(seconds).stat(metric.statistic()).metric(m -> m.namespace(metric.namespace())
                                    .metricName(metric.name())
                                    .dimensions(dimensions)))
                    .returnData(expression == null)
                    .build());
        }
        if (expression != null) {
            queries.add(MetricDataQuery.builder()
                    .id(RESULT)
                    .expression(expression)
                    .period(seconds)
                    .returnData(true)
                    .build());
        }
        return queries;
    }
}
