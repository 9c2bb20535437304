package io.dpg.deploy.aws;

import io.dpg.deploy.Group;
import io.dpg.deploy.aws.internal.metric.MetricRead;
import io.dpg.deploy.aws.internal.metric.Question;
import io.dpg.deploy.aws.internal.metric.Variables;
import io.dpg.deploy.check.MetricQuery;
import io.dpg.deploy.check.MetricSource;
import io.dpg.deploy.check.Reading;
import io.dpg.deploy.spi.Time;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Metrics from CloudWatch:
 *
 * <pre>{@code
 * CloudWatchSource cloudWatch = CloudWatchSource.of(aws)
 *         .variable("tg", group -> group.slot() == Slot.BLUE ? "targetgroup/api/0123" : "targetgroup/api-green/4567")
 *         .share("errors", elb("HTTPCode_Target_5XX_Count"), elb("RequestCount"))
 *         .metric("latency", "AWS/ApplicationELB", "TargetResponseTime",
 *                 Map.of("LoadBalancer", "app/dpg/89ab", "TargetGroup", "${tg}"), "p95");
 * Metric.named("errors").from(cloudWatch, "errors").below(0.01).over(Duration.ofMinutes(5))
 * }</pre>
 *
 * <p><b>Time.</b> Only whole periods ({@link #period}) count, that lie within the time in question and ended {@link #lag}
 * ago, as CloudWatch fills the newest ones late: half a period looks like half the traffic. So a metric that asks for the
 * time since its last look ({@code Metric}'s default) has mostly no data, and misses periods between; give it {@code
 * over(…)} of at least two periods and the lag. Nothing before the bake is ever looked at.
 *
 * <p><b>Variables.</b> Values of dimensions may hold <code>${slot}</code> ({@code blue} or {@code green}), <code>${version}
 * </code> and <code>${revision}</code> of the group that is asked about, and what {@link #variable} adds.
 *
 * <table>
 * <caption>What an answer means</caption>
 * <tr><th>CloudWatch answers</th><th>reading</th></tr>
 * <tr><td>samples, complete after at most 10 pages</td><td>{@link Reading.Value}</td></tr>
 * <tr><td>no samples; a metric that does not exist looks the same</td><td>{@link Reading.NoData}</td></tr>
 * <tr><td>only a part of them ({@code PartialData} at the end, or a message), several series, NaN</td>
 *     <td>{@link Reading.Invalid}</td></tr>
 * <tr><td>{@code InternalError}, {@code Forbidden}, throttling, 4xx, 5xx, nothing in time</td>
 *     <td>{@link Reading.ProviderError}, with what to do</td></tr>
 * </table>
 *
 * <p><b>No errors.</b> Load balancers report {@code HTTPCode_…} counts only when they are not zero
 * (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html), so a plain
 * metric of a healthy group has no data. {@link #share} takes no errors for zero, as long as there were requests.
 *
 * <p>Needs {@code cloudwatch:GetMetricData}, which AWS grants on resource {@code "*"} only, and charges by the number of
 * metrics asked for. Immutable and thread-safe; methods that take a value return a changed copy. A read blocks for at most
 * 25 seconds and {@link AwsClients#CALL_LIMIT}.
 */
public final class CloudWatchSource implements MetricSource {

    /** The length of a period by default, and the shortest of most metrics: 60 seconds. */
    public static final Duration DEFAULT_PERIOD = Duration.ofSeconds(60);

    /** How long ago a period must have ended by default: 60 seconds. */
    public static final Duration DEFAULT_LAG = Duration.ofSeconds(60);

    private static final Set<Long> SHORT = Set.of(1L, 5L, 10L, 20L, 30L);

    private final MetricRead read;
    private final Map<String, Question> questions;

    private CloudWatchSource(MetricRead read, Map<String, Question> questions) {
        this.read = read;
        this.questions = Map.copyOf(questions);
    }

    /** Returns a source without metrics, of the region and account of {@code clients}, which stay the caller's to close. */
    public static CloudWatchSource of(AwsClients clients) {
        Objects.requireNonNull(clients, "clients");
        return new CloudWatchSource(
                new MetricRead(clients, Variables.OF_GROUP, DEFAULT_PERIOD, DEFAULT_LAG, Time.system()), Map.of());
    }

    /**
     * Returns a copy with a metric that has one sample for each period.
     *
     * @param name its name here
     * @param namespace such as {@code AWS/ApplicationELB}
     * @param metric its name in CloudWatch
     * @param dimensions all its dimensions; see {@link CloudWatchMetric}
     * @param statistic such as {@code Sum} or {@code p99}
     * @throws IllegalArgumentException if the name is taken, a variable is unknown, or CloudWatch has nothing like it
     */
    public CloudWatchSource metric(
            String name, String namespace, String metric, Map<String, String> dimensions, String statistic) {
        return metric(name, new CloudWatchMetric(namespace, metric, dimensions, statistic));
    }

    /** Returns a copy with a metric that has one sample for each period; as above. */
    public CloudWatchSource metric(String name, CloudWatchMetric metric) {
        return with(name, Question.plain(metric));
    }

    /**
     * Returns a copy with a metric that CloudWatch reckons from others, one sample for each period; see
     * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html. Periods in which an input is
     * missing are left out unless {@code FILL} gives it a value. What it gives must be one series.
     *
     * @param name its name here
     * @param expression such as {@code 100 * FILL(errors, 0) / requests}
     * @param inputs the metrics by their names in the expression, which begin with a small letter
     * @throws IllegalArgumentException if the name is taken, a variable is unknown, or an input is misnamed or unused
     */
    public CloudWatchSource math(String name, String expression, Map<String, CloudWatchMetric> inputs) {
        return with(name, Question.math(expression, inputs));
    }

    /**
     * Returns a copy with a metric that is a share, within 0 to 1, with its counts, over all the time in question: such as
     * errors of requests. What judges of rates need. Without a sample of {@code events} there were none, as long as {@code
     * total} has one: check the names, as a typing error looks just like that.
     *
     * @throws IllegalArgumentException if the name is taken, a variable is unknown, or a statistic does not add up
     */
    public CloudWatchSource share(String name, CloudWatchMetric events, CloudWatchMetric total) {
        return with(name, Question.share(events, total));
    }

    /** Returns a copy with a further variable, for metrics added after it. */
    public CloudWatchSource variable(String name, String value) {
        Objects.requireNonNull(value, "value");
        return variable(name, group -> value);
    }

    /**
     * Returns a copy with a further variable that differs from group to group, such as a target group's dimension; for
     * metrics added after it. Where it gives null or nothing, or throws, nothing is asked and the reading is no value.
     *
     * @throws IllegalArgumentException if the name is taken, or is no name
     */
    public CloudWatchSource variable(String name, Function<Group, String> value) {
        Objects.requireNonNull(value, "value");
        return with(new MetricRead(
                read.clients(), read.variables().and(name, value), read.period(), read.lag(), read.time()));
    }

    /**
     * Returns a copy with periods of another length; default {@link #DEFAULT_PERIOD}.
     *
     * @throws IllegalArgumentException unless it is a multiple of 60 seconds up to a day or, for metrics of high resolution,
     *     1, 5, 10, 20 or 30 seconds
     */
    public CloudWatchSource period(Duration period) {
        long seconds = period.toSeconds();
        boolean whole = period.equals(Duration.ofSeconds(seconds)) && seconds > 0 && seconds <= 86_400;
        if (!whole || seconds % 60 != 0 && !SHORT.contains(seconds)) {
            throw new IllegalArgumentException(
                    "CloudWatch has periods of 1, 5, 10, 20, 30 seconds and of whole minutes up to" + " a day, but got "
                            + period);
        }
        return with(new MetricRead(read.clients(), read.variables(), period, read.lag(), read.time()));
    }

    /**
     * Returns a copy for which a period must have ended so long ago; default {@link #DEFAULT_LAG}. Longer for sources that
     * report late.
     *
     * @throws IllegalArgumentException if it is negative
     */
    public CloudWatchSource lag(Duration lag) {
        if (lag.isNegative()) {
            throw new IllegalArgumentException("lag must not be negative, but is " + lag);
        }
        return with(new MetricRead(read.clients(), read.variables(), read.period(), lag, read.time()));
    }

    /** Returns a copy with another clock; for tests. Default {@link Time#system}. */
    public CloudWatchSource time(Time time) {
        Objects.requireNonNull(time, "time");
        return with(new MetricRead(read.clients(), read.variables(), read.period(), read.lag(), time));
    }

    /** Returns the names of the metrics. */
    public Set<String> metrics() {
        return questions.keySet();
    }

    @Override
    public Reading read(MetricQuery query) throws InterruptedException {
        Question question = questions.get(query.metric());
        return question == null ? new Reading.Invalid(noSuch(query.metric())) : read.read(query, question);
    }

    @Override
    public Optional<String> unknown(String metric) {
        return questions.containsKey(metric) ? Optional.empty() : Optional.of(noSuch(metric));
    }

    private String noSuch(String metric) {
        return "CloudWatchSource has no metric '" + metric + "', only " + new TreeSet<>(questions.keySet());
    }

    private CloudWatchSource with(MetricRead other) {
        return new CloudWatchSource(other, questions);
    }

    private CloudWatchSource with(String name, Question question) {
        if (name.isBlank() || questions.containsKey(name)) {
            throw new IllegalArgumentException(
                    "A metric needs a name of its own, but got '" + name + "'" + (name.isBlank() ? "" : " twice"));
        }
        question.inputs().values().forEach(read.variables()::check);
        Map<String, Question> more = new TreeMap<>(questions);
        more.put(name, question);
        return new CloudWatchSource(read, more);
    }
}
