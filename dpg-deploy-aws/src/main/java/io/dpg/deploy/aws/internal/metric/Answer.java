package io.dpg.deploy.aws.internal.metric;

import io.dpg.deploy.check.Reading;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudwatch.model.GetMetricDataResponse;
import software.amazon.awssdk.services.cloudwatch.model.MessageData;
import software.amazon.awssdk.services.cloudwatch.model.MetricDataResult;
import software.amazon.awssdk.services.cloudwatch.model.StatusCode;

/**
 * Pages of one answer put together. What statuses mean:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDataResult.html. Used by one thread.
 */
final class Answer {

    private final Instant from;
    private final Instant to;
    private final Map<String, Series> series = new HashMap<>();
    private @Nullable Reading broken;

    private static final class Series {
        private final TreeMap<Instant, Double> points = new TreeMap<>();
        private final Set<String> messages = new HashSet<>();
        private @Nullable String label;
        private boolean partial;
    }

    /** Takes points from {@code from} on and before {@code to}. */
    Answer(Instant from, Instant to) {
        this.from = from;
        this.to = to;
    }

    /** Adds a page, and returns whether another is of any use. */
    boolean add(GetMetricDataResponse page) {
        if (page.hasMessages() && !page.messages().isEmpty()) {
            // CloudWatch sends one where it did only a part of what was asked.
            broken = new Reading.Invalid("CloudWatch answered only in part: " + texts(page.messages()));
        }
        Set<String> here = new HashSet<>();
        for (MetricDataResult result : page.metricDataResults()) {
            if (broken == null) {
                broken = add(result, here);
            }
        }
        return broken == null;
    }

    private @Nullable Reading add(MetricDataResult result, Set<String> here) {
        String id = Objects.requireNonNullElse(result.id(), "");
        boolean first = !series.containsKey(id);
        Series s = series.computeIfAbsent(id, k -> new Series());
        if (!here.add(id) || !first && !Objects.equals(s.label, result.label())) {
            return new Reading.Invalid("several series, '" + s.label + "' and '" + result.label()
                    + "'; make one of them in the expression, such as by SUM or AVG");
        }
        s.label = result.label();
        List<Instant> times = result.timestamps();
        List<Double> values = result.values();
        if (times.size() != values.size()) {
            return new Reading.Invalid(times.size() + " times for " + values.size() + " values");
        }
        result.messages().forEach(m -> s.messages.add(text(m)));
        for (int i = 0; i < times.size(); i++) {
            if (!times.get(i).isBefore(from) && times.get(i).isBefore(to)) {
                s.points.put(times.get(i), values.get(i));
            }
        }
        StatusCode status = result.statusCode() == null ? StatusCode.UNKNOWN_TO_SDK_VERSION : result.statusCode();
        s.partial = status == StatusCode.PARTIAL_DATA;
        return switch (status) {
            case COMPLETE, PARTIAL_DATA -> null;
            case INTERNAL_ERROR ->
                new Reading.ProviderError("CloudWatch had an internal error with this metric" + said(s)
                        + "; it is asked again at the next look");
            case FORBIDDEN ->
                new Reading.ProviderError(
                        "CloudWatch does not allow this metric to be read" + said(s)
                                + "; grant cloudwatch:GetMetricData, and for a metric of another account share it with this one");
            default ->
                new Reading.Invalid(
                        "CloudWatch answered with the unknown status '" + result.statusCodeAsString() + "'");
        };
    }

    /** Returns what was found out, once all pages are there. */
    Reading reading(Question question) {
        if (broken != null) {
            return broken;
        }
        if (series.values().stream().anyMatch(s -> s.partial)) {
            return new Reading.Invalid(
                    "CloudWatch gave only a part of the samples, and no more pages; ask for a shorter time"
                            + " or a longer period");
        }
        Series wanted = series.getOrDefault(question.wanted(), new Series());
        if (!question.isShare()) {
            return wanted.points.isEmpty()
                    ? new Reading.NoData("no sample " + between() + said(wanted))
                    : Reading.of(new ArrayList<>(wanted.points.values()));
        }
        Series total = series.getOrDefault(Question.TOTAL, new Series());
        return total.points.isEmpty()
                ? new Reading.NoData("no sample of the total " + between() + said(total))
                : Reading.share(sum(wanted), sum(total));
    }

    private String between() {
        return "from " + from + " to " + to;
    }

    private static double sum(Series series) {
        return series.points.values().stream().mapToDouble(Double::doubleValue).sum();
    }

    private static String said(Series series) {
        return series.messages.isEmpty() ? "" : ": " + String.join("; ", series.messages);
    }

    private static String texts(List<MessageData> messages) {
        return String.join("; ", messages.stream().map(Answer::text).toList());
    }

    private static String text(MessageData message) {
        return message.code() + " " + message.value();
    }
}
