package io.dpg.deploy.check;

import io.dpg.deploy.Group;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A question to a metric source.
 *
 * @param metric the metric's name as the source knows it
 * @param group whose metric
 * @param from samples after this time
 * @param to and until this time
 */
public record MetricQuery(String metric, Group group, Instant from, Instant to) {

    private static final Logger LOG = LoggerFactory.getLogger(MetricQuery.class);

    /**
     * Asks {@code source}. It is somebody else's code: whatever it throws, and null, means only that it could not be asked.
     *
     * @throws InterruptedException if this thread is interrupted
     */
    public Reading ask(MetricSource source) throws InterruptedException {
        try {
            Reading reading = source.read(this);
            return reading == null ? new Reading.ProviderError("the source answered null") : reading;
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            LOG.debug("The source of metric {} failed", metric, e);
            return new Reading.ProviderError(e.toString());
        }
    }
}
