package io.dpg.deploy.check;

import io.dpg.deploy.Group;
import io.dpg.deploy.Revision;
import io.dpg.deploy.Slot;
import io.dpg.deploy.testkit.VirtualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A metric of a candidate and a baseline, from a source that answers what a test tells it. */
abstract class MetricScenario {

    static final Group CANDIDATE = Group.of(Slot.GREEN, "2", new Revision("r2"), 2, 2, 10, 1);
    static final Group BASELINE = Group.of(Slot.BLUE, "1", new Revision("r1"), 2, 2, 90, 1);
    static final Duration INTERVAL = Duration.ofSeconds(30);

    final VirtualTime time = new VirtualTime();
    final Instant since = time.now();
    final FakeSource source = new FakeSource();

    /** Answers with what a test put there for the slot; no data where it put nothing. */
    static final class FakeSource implements MetricSource {
        final Map<Slot, Object> answers = new HashMap<>();
        final List<MetricQuery> queries = new ArrayList<>();

        @Override
        public Reading read(MetricQuery query) throws Exception {
            queries.add(query);
            Object answer = answers.getOrDefault(query.group().slot(), new Reading.NoData("no samples"));
            if (answer instanceof Exception e) {
                throw e;
            }
            return answer instanceof Reading reading ? reading : Reading.of((Double) answer);
        }

        FakeSource candidate(Object answer) {
            answers.put(Slot.GREEN, answer);
            return this;
        }

        FakeSource baseline(Object answer) {
            answers.put(Slot.BLUE, answer);
            return this;
        }
    }

    Metric.Samples errors() {
        return Metric.named("error-rate").from(source, "errors");
    }

    AnalysisContext now() {
        return new AnalysisContext(CANDIDATE, BASELINE, since, time.now());
    }

    Judgement look(Analysis.Run run) throws Exception {
        time.advance(INTERVAL);
        return run.look(now());
    }

    Judgement look(Analysis.Run run, Object candidate) throws Exception {
        source.candidate(candidate);
        return look(run);
    }

    Judgement once(Metric metric) throws Exception {
        return look(metric.start(now()));
    }
}
