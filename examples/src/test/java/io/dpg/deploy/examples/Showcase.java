package io.dpg.deploy.examples;

import io.dpg.deploy.Deployer;
import io.dpg.deploy.Environment;
import io.dpg.deploy.Fault;
import io.dpg.deploy.Journals;
import io.dpg.deploy.Limits;
import io.dpg.deploy.Release;
import io.dpg.deploy.Rollout;
import io.dpg.deploy.RolloutBuilder;
import io.dpg.deploy.RolloutResult;
import io.dpg.deploy.Step;
import io.dpg.deploy.check.Metric;
import io.dpg.deploy.check.Verdict;
import io.dpg.deploy.event.Event;
import io.dpg.deploy.local.LocalTarget;
import io.dpg.deploy.strategy.BlueGreen;
import io.dpg.deploy.strategy.Canary;
import io.dpg.deploy.strategy.Situation;
import io.dpg.deploy.strategy.Strategy;
import io.dpg.deploy.verify.metric.HttpQueries;
import io.dpg.deploy.verify.metric.PrometheusSource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A canary of the demo service under load, watched through Prometheus: error share and two latencies, looked at every two
 * seconds. Versions are {@code name-1} and {@code name-2}.
 */
final class Showcase {

    private final String name;
    private final Path folder;
    private final Path discovery;
    private final PrometheusServer prometheus;
    private final List<Event.Judged> looks = new CopyOnWriteArrayList<>();
    private String errorRate = "0";
    private String latency = "2";
    private @Nullable Mishap mishap;
    private Rollout running;

    /** Something that happens to Prometheus once an analysis has found the candidate good. */
    interface Mishap {
        void happen(PrometheusServer prometheus, Showcase showcase) throws Exception;
    }

    /**
     * How it ended.
     *
     * @param looks what analyses said of the candidate
     * @param load what users saw
     */
    record Ending(RolloutResult result, List<Event.Judged> looks, LoadReport load) {
        /** For messages of tests. */
        String story() {
            return result.outcome() + ": " + result.reason() + "\n"
                    + looks.stream()
                            .map(look -> look.head().at() + " " + look.analysis() + ": " + look.judgement())
                            .collect(Collectors.joining("\n"))
                    + "\n" + load;
        }
    }

    Showcase(String name, Path folder, Path discovery, PrometheusServer prometheus) {
        this.name = name;
        this.folder = folder;
        this.discovery = discovery;
        this.prometheus = prometheus;
    }

    Showcase errorRate(String share) {
        this.errorRate = share;
        return this;
    }

    Showcase latency(String millis) {
        this.latency = millis;
        return this;
    }

    Showcase mishap(Mishap mishap) {
        this.mishap = mishap;
        return this;
    }

    Ending play() throws Exception {
        LocalTarget target = LocalTarget.in(folder.resolve(name))
                .command(DemoService.command(
                        "--error-rate",
                        "{error-rate}",
                        "--latency-ms",
                        "{latency}",
                        "--discovery",
                        discovery.toString()))
                .readyHttp("/health")
                .drainTime(Duration.ofSeconds(2))
                .build();
        try (Deployer deployer = Deployer.builder()
                .journal(Journals.file(folder.resolve(name + "-journal")))
                .listener(this::heard)
                .build()) {
            rollout(deployer, target, "1", "0", "2", BlueGreen.standard().bakeTime(Duration.ZERO))
                    .execute()
                    .orThrow();
            LoadGenerator users = LoadGenerator.start(target.liveEndpoint().orElseThrow(), "/work", 60);
            try (users) {
                running = rollout(deployer, target, "2", errorRate, latency, new ShortlyHeld())
                        .analyze(analyses())
                        .start();
                if (mishap != null && awaitLook(Verdict.PASS)) {
                    mishap.happen(prometheus, this);
                }
                RolloutResult result = running.await();
                users.close();
                return new Ending(result, List.copyOf(looks), users.report());
            }
        } finally {
            target.shutdown();
        }
    }

    /** Waits until an analysis says this of the candidate; false where the rollout ended before. */
    boolean awaitLook(Verdict verdict) throws InterruptedException {
        LoadGeneratorTest.await(90, () -> said(verdict) || running.result().isPresent());
        return said(verdict);
    }

    private boolean said(Verdict verdict) {
        return looks.stream().anyMatch(look -> look.judgement().verdict() == verdict);
    }

    private RolloutBuilder rollout(
            Deployer deployer, LocalTarget target, String version, String errors, String latencyMs, Strategy strategy) {
        Duration limit = Duration.ofSeconds(60);
        return deployer.rollout(target)
                .release(Release.of("demo", name + "-" + version)
                        .setting("error-rate", errors)
                        .setting("latency", latencyMs))
                .strategy(strategy)
                .environment(Environment.named("demo").replicas(1).build())
                .limits(Limits.DEFAULT.change(limit).ready(limit).drain(Duration.ofSeconds(5)));
    }

    private Metric[] analyses() {
        PrometheusSource source = PrometheusSource.at(prometheus.uri())
                .with(HttpQueries.standard().where("job", "demo"))
                .window(Duration.ofSeconds(2))
                .timeout(Duration.ofSeconds(3))
                .within(Duration.ofSeconds(5));
        Duration interval = Duration.ofSeconds(2);
        return new Metric[] {
            Metric.named("errors")
                    .from(source, HttpQueries.ERROR_RATIO)
                    .below(0.05)
                    .interval(interval),
            Metric.named("latency")
                    .from(source, "latency-p95")
                    .below(1.2)
                    .timesBaseline()
                    .tolerating(0.2)
                    .interval(interval),
            Metric.named("latency-series")
                    .from(source, "latency-p50-series")
                    .below(0.2)
                    .interval(interval)
        };
    }

    private void heard(Event event) {
        if (event instanceof Event.Judged judged) {
            looks.add(judged);
        }
    }

    /** A canary whose bake without a verdict is held for seconds rather than minutes. */
    private record ShortlyHeld() implements Strategy {
        private static final Duration BAKE = Duration.ofSeconds(12);
        private static final Canary CANARY =
                Canary.weights(50, 100).bakeTime(BAKE).finalBakeTime(Duration.ZERO);

        @Override
        public String describe() {
            return CANARY.describe();
        }

        @Override
        public List<Fault> validate(Situation situation) {
            return CANARY.validate(situation);
        }

        @Override
        public List<Step> steps(Situation situation) {
            return CANARY.steps(situation).stream()
                    .map(step -> step instanceof Step.Bake bake
                            ? new Step.Bake(
                                    bake.candidate(),
                                    bake.time(),
                                    bake.analyses(),
                                    bake.time().plusSeconds(12))
                            : step)
                    .toList();
        }

        @Override
        public boolean keepsOld() {
            return false;
        }
    }
}
