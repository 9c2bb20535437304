package io.dpg.deploy.verify.metric;

import io.dpg.deploy.spi.Time;
import io.dpg.deploy.verify.HttpAccess;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a {@link PrometheusSource} was told; changed while a source is being made, and never once it holds them. */
final class Settings {
    final URI base;
    HttpAccess access = HttpAccess.standard();
    Duration timeout = PrometheusSource.DEFAULT_TIMEOUT;
    Duration within = PrometheusSource.DEFAULT_WITHIN;
    Duration step = Duration.ofSeconds(15);
    Duration window = Duration.ofMinutes(1);

    @Nullable
    Duration staleAfter;

    double minCoverage = 0.5;
    PartialPolicy partial = PartialPolicy.INVALID;
    boolean nanIsNoData;
    Time time = Time.system();
    final Map<String, String> parameters;
    final Map<String, String> variables;
    final Map<String, Ask> asks;

    Settings(URI base) {
        this.base = base;
        this.parameters = new LinkedHashMap<>();
        this.variables = new LinkedHashMap<>();
        this.asks = new LinkedHashMap<>();
    }

    Settings(Settings other) {
        base = other.base;
        access = other.access;
        timeout = other.timeout;
        within = other.within;
        step = other.step;
        window = other.window;
        staleAfter = other.staleAfter;
        minCoverage = other.minCoverage;
        partial = other.partial;
        nanIsNoData = other.nanIsNoData;
        time = other.time;
        parameters = new LinkedHashMap<>(other.parameters);
        variables = new LinkedHashMap<>(other.variables);
        asks = new LinkedHashMap<>(other.asks);
    }
}
