package io.dpg.deploy.verify.sequential;

import io.dpg.deploy.check.MetricSource;
import io.dpg.deploy.check.NoDataPolicies;
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
        Pass pass,
        boolean past,
        NoDataPolicies policies) {

    /** What is no harm yet. */
    record Tolerance(double times, double plus, double burst) {
        static final Tolerance NONE = new Tolerance(1, 0, 1);
    }

    /** What a pass needs. */
    record Pass(long minRequests, double rulingOut) {
        static final Pass DEFAULT = new Pass(Sequential.DEFAULT_MIN_REQUESTS, Double.POSITIVE_INFINITY);
    }

    Settings withConfidence(double other) {
        return new Settings(name, source, metric, other, interval, tolerance, lessIsHarm, pass, past, policies);
    }

    Settings withSource(MetricSource other) {
        return new Settings(name, other, metric, confidence, interval, tolerance, lessIsHarm, pass, past, policies);
    }

    Settings withInterval(Duration other) {
        return new Settings(name, source, metric, confidence, other, tolerance, lessIsHarm, pass, past, policies);
    }

    Settings withTolerance(Tolerance other) {
        return new Settings(name, source, metric, confidence, interval, other, lessIsHarm, pass, past, policies);
    }

    Settings withLessIsHarm() {
        return new Settings(name, source, metric, confidence, interval, tolerance, true, pass, past, policies);
    }

    Settings withPass(Pass other) {
        return new Settings(name, source, metric, confidence, interval, tolerance, lessIsHarm, other, past, policies);
    }

    Settings withPast() {
        return new Settings(name, source, metric, confidence, interval, tolerance, lessIsHarm, pass, true, policies);
    }

    Settings withPolicies(NoDataPolicies other) {
        return new Settings(name, source, metric, confidence, interval, tolerance, lessIsHarm, pass, past, other);
    }
}
