package io.dpg.deploy.check;

import io.dpg.deploy.Group;
import java.time.Instant;

/**
 * A question to a metric source.
 *
 * @param metric the metric's name as the source knows it
 * @param group whose metric
 * @param from samples after this time
 * @param to and until this time
 */
public record MetricQuery(String metric, Group group, Instant from, Instant to) {}
