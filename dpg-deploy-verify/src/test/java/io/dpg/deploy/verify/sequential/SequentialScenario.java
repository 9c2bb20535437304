package io.dpg.deploy.verify.sequential;

import io.dpg.deploy.Group;
import io.dpg.deploy.Revision;
import io.dpg.deploy.Slot;
import io.dpg.deploy.check.Analysis;
import io.dpg.deploy.check.AnalysisContext;
import io.dpg.deploy.check.Judgement;
import io.dpg.deploy.check.MetricQuery;
import io.dpg.deploy.check.MetricSource;
import io.dpg.deploy.check.Reading;
import io.dpg.deploy.testkit.VirtualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A candidate and a baseline, from a source that answers what a test tells it. */
abstract class SequentialScenario {

    static final Group CANDIDATE = Group.of(Slot.GREEN, "2", new Revision("r2"), 2, 2, 10, 1);
    static final Group BASELINE = Group.of(Slot.BLUE, "1", new Revision("r1"), 2, 2, 90, 1);

    final VirtualTime time = new VirtualTime();
    final Instant since = time.now();
    final FakeSource source = new FakeSource(since);

    /** Answers with what a test put there for the slot; no data where it put nothing. */
    static final class FakeSource implements MetricSource {
        final Map<Slot, Object> answers = new HashMap<>();
        final List<MetricQuery> queries = new ArrayList<>();
        final List<MetricQuery> pastQueries = new ArrayList<>();
        private final Instant began;

        /** What it says of the time before the watch; null for the same as of the watch. */
        @Nullable
        MetricSource past = query -> new Reading.NoData("no past");

        FakeSource(Instant began) {
            this.began = began;
        }

        @Override
        public Reading read(MetricQuery query) throws Exception {
            if (past != null && query.from().isBefore(began)) {
                pastQueries.add(query);
                return past.read(query);
            }
            queries.add(query);
            Object answer = answers.getOrDefault(query.group().slot(), new Reading.NoData("no samples"));
            if (answer instanceof Exception e) {
                throw e;
            }
            return answer instanceof Reading reading ? reading : Reading.of((Double) answer);
        }

        FakeSource says(Object candidate, Object baseline) {
            answers.put(Slot.GREEN, candidate);
            answers.put(Slot.BLUE, baseline);
            return this;
        }

        FakeSource counts(double events, double total, double baseEvents, double baseTotal) {
            return says(Reading.share(events, total), Reading.share(baseEvents, baseTotal));
        }
    }

    Sequential errors() {
        return Sequential.harm("errors").from(source, "errors");
    }

    AnalysisContext now() {
        return new AnalysisContext(CANDIDATE, BASELINE, since, time.now());
    }

    AnalysisContext ended(Instant when) {
        return new AnalysisContext(CANDIDATE, BASELINE, since, time.now(), when);
    }

    Judgement look(Analysis.Run run) throws Exception {
        time.advance(Duration.ofSeconds(10));
        return run.look(now());
    }
}
