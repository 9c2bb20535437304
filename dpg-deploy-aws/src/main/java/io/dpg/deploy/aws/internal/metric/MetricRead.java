package io.dpg.deploy.aws.internal.metric;

import io.dpg.deploy.aws.AwsClients;
import io.dpg.deploy.aws.internal.AwsFault;
import io.dpg.deploy.check.MetricQuery;
import io.dpg.deploy.check.Reading;
import io.dpg.deploy.spi.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.cloudwatch.model.GetMetricDataResponse;
import software.amazon.awssdk.services.cloudwatch.model.MetricDataQuery;
import software.amazon.awssdk.services.cloudwatch.model.ScanBy;

/**
 * Reads metrics. Immutable and thread-safe.
 *
 * @param clients the way to CloudWatch
 * @param variables what stands in dimensions
 * @param period of the samples
 * @param lag how old a period must be for CloudWatch to have all of it
 * @param time the clock
 */
public record MetricRead(AwsClients clients, Variables variables, Duration period, Duration lag, Time time) {

    /** A page holds up to 100,800 points; more than a few pages is no question about a rollout. */
    private static final int PAGES = 10;

    /** No page is begun after this, so that the engine's limit for a look is not used up. */
    private static final Duration WITHIN = Duration.ofSeconds(25);

    /** Answers {@code query}, which is {@code question}. */
    public Reading read(MetricQuery query, Question question) throws InterruptedException {
        Instant from = ceil(query.from());
        Instant complete = time.now().minus(lag);
        Instant to = floor(query.to().isBefore(complete) ? query.to() : complete);
        if (!from.isBefore(to)) {
            return new Reading.NoData("no whole period of " + period + " between " + query.from() + " and " + query.to()
                    + " that ended at least " + lag
                    + " ago; look over a longer time, such as with over(Duration.ofMinutes(5))");
        }
        try {
            return pages(question.queries(variables, query.group(), period), from, to, question);
        } catch (Variables.Missing e) {
            return new Reading.Invalid(String.valueOf(e.getMessage()));
        } catch (AbortedException e) {
            throw Alarms.interrupted();
        } catch (SdkException e) {
            return new Reading.ProviderError(
                    Alarms.message(AwsFault.of("read the metric '" + query.metric() + "' from CloudWatch", null, e)));
        }
    }

    private Reading pages(List<MetricDataQuery> queries, Instant from, Instant to, Question question)
            throws InterruptedException {
        Answer answer = new Answer(from, to);
        long start = time.nanos();
        String token = null;
        for (int page = 0; page < PAGES; page++) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            if (time.nanos() - start > WITHIN.toNanos()) {
                return new Reading.ProviderError("CloudWatch did not give all pages within " + WITHIN);
            }
            GetMetricDataResponse got = page(queries, from, to, token);
            token = got.nextToken();
            if (!answer.add(got) || token == null || token.isEmpty()) {
                return answer.reading(question);
            }
        }
        return new Reading.Invalid("CloudWatch's answer did not end after " + PAGES
                + " pages; ask for a shorter time, or set a longer period");
    }

    private GetMetricDataResponse page(
            List<MetricDataQuery> queries, Instant from, Instant to, @Nullable String token) {
        return clients.cloudWatch().getMetricData(r -> r.metricDataQueries(queries)
                .startTime(from)
                .endTime(to)
                .scanBy(ScanBy.TIMESTAMP_ASCENDING)
                .nextToken(token));
    }

    // Periods begin at multiples of their length since 1970, and so do those of CloudWatch.
    private Instant floor(Instant at) {
        long seconds = period.toSeconds();
        return Instant.ofEpochSecond(Math.floorDiv(at.getEpochSecond(), seconds) * seconds);
    }

    private Instant ceil(Instant at) {
        Instant floor = floor(at);
        return floor.equals(at) ? at : floor.plus(period);
    }
}
