package io.dpg.deploy.examples;

import io.dpg.deploy.Deployer;
import io.dpg.deploy.Release;
import io.dpg.deploy.RolloutBuilder;
import io.dpg.deploy.check.Backtest;
import io.dpg.deploy.check.Metric;
import io.dpg.deploy.check.Recording;
import io.dpg.deploy.spi.Target;
import io.dpg.deploy.strategy.Canary;
import io.dpg.deploy.verify.SmokeSuite;
import io.dpg.deploy.verify.judge.RankJudge;
import io.dpg.deploy.verify.metric.HttpQueries;
import io.dpg.deploy.verify.metric.PrometheusSource;
import io.dpg.deploy.verify.report.CoverageReport;
import io.dpg.deploy.verify.report.JUnitReport;
import io.dpg.deploy.verify.sequential.Sequential;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** What the README shows of verification: reports, a smoke suite, metrics, and a look at what past releases would get. */
final class VerifiedRollout {

    private VerifiedRollout() {}

    static RolloutBuilder rollout(Deployer deployer, Target target, Release release) {
        // begin rollout
        PrometheusSource prometheus = PrometheusSource.at(URI.create("http://localhost:9090"))
                .with(HttpQueries.standard().where("job", "shop"));
        return deployer.rollout(target)
                .release(release)
                .strategy(Canary.weights(10, 50, 100).bakeTime(Duration.ofMinutes(10)))
                .gate(JUnitReport.in(Path.of("target/surefire-reports")), CoverageReport.jacoco(Path.of("jacoco.xml")))
                .verify(SmokeSuite.load(Path.of("smoke.yaml")))
                .watch(Sequential.harm("errors").from(prometheus, HttpQueries.ERROR_RATIO))
                .analyze(Metric.named("latency")
                        .from(prometheus, "latency-p95-series")
                        .judge(RankJudge.increase().tolerance(0.2))
                        .atEnd());
        // end rollout
    }

    static String whatWouldHaveHappened(Metric latency) throws IOException {
        // begin backtest
        Backtest may = latency.backtest(Recording.load(Path.of("shop-1.4.0.csv")));
        Backtest june = latency.backtest(Recording.load(Path.of("shop-1.5.0.csv")));
        return Backtest.table(List.of(may, june));
        // end backtest
    }
}
