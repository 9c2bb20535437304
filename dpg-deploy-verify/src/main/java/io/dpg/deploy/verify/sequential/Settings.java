package io.dpg.deploy.verify.sequential;

import io.dpg.deploy.check.MetricSource;
import io.dpg.deploy.check.NoDataPolicy;
import java.time.Duration;

/** What a {@link Sequential} was told; see its methods. */
record Settings(
        String name,
        MetricSource source,
        String metric,
        double confidence,
        Duration interval,
        Tolerance tolerance,
        boolean lessIsHarm,
        long minRequests,
        Policies policies) {

    /** What is no harm yet. */
    record Tolerance(double times, double plus, double burst) {
        static final Tolerance NONE = new Tolerance(1, 0, 1);
    }

    /** What looks without a value mean. */
    record Policies(NoDataPolicy noData, NoDataPolicy invalid, NoDataPolicy sourceError) {
        static final Policies HOLD = new Policies(NoDataPolicy.HOLD, NoDataPolicy.HOLD, NoDataPolicy.HOLD);
    }

    Settings withConfidence(double other) {
        return new Settings(name, source, metric, other, interval, tolerance, lessIsHarm, minRequests, policies);
    }

    Settings withSource(MetricSource other) {
        return new Settings(name, other, metric, confidence, interval, tolerance, lessIsHarm, minRequests, policies);
    }

    Settings withInterval(Duration other) {
        return new Settings(name, source, metric, confidence, other, tolerance, lessIsHarm, minRequests, policies);
    }

    Settings withTolerance(Tolerance other) {
        return new Settings(name, source, metric, confidence, interval, other, lessIsHarm, minRequests, policies);
    }

    Settings withLessIsHarm() {
        return new Settings(name, source, metric, confidence, interval, tolerance, true, minRequests, policies);
    }

    Settings withMinRequests(long other) {
        return new Settings(name, source, metric, confidence, interval, tolerance, lessIsHarm, other, policies);
    }

    Settings withPolicies(Policies other) {
        return new Settings(name, source, metric, confidence, interval, tolerance, lessIsHarm, minRequests, other);
    }
}
