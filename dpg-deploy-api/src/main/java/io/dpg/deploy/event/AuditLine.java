package io.dpg.deploy.event;

import io.dpg.deploy.Group;
import io.dpg.deploy.Observation;
import io.dpg.deploy.Plan;
import io.dpg.deploy.RolloutMetrics;
import io.dpg.deploy.RolloutResult;
import io.dpg.deploy.Step;
import io.dpg.deploy.check.CheckResult;
import io.dpg.deploy.check.Evidence;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An event as the fields of one line. docs/AUDIT.md describes them; keep the two together. */
final class AuditLine {

    private final Map<String, Object> fields = new LinkedHashMap<>();

    private AuditLine() {}

    static Map<String, Object> of(Event event) {
        AuditLine line = new AuditLine();
        line.put("at", event.head().at().toString());
        line.put("rollout", event.head().rollout());
        line.put("target", event.head().target());
        line.put("event", event.name());
        line.details(event);
        return line.fields;
    }

    private void details(Event event) {
        if (event instanceof Event.Started e) {
            plan(e.plan());
            put("resumed", e.resumed());
        } else if (event instanceof Event.StepStarted e) {
            step(e.number(), e.of(), e.step());
        } else if (event instanceof Event.StepProgress e) {
            step(e.number(), e.of(), e.step());
            millis("elapsedMs", e.elapsed());
            millis("remainingMs", e.remaining());
            observed(e.observed());
        } else if (event instanceof Event.StepFinished e) {
            step(e.number(), e.of(), e.step());
            millis("tookMs", e.took());
            observed(e.observed());
        } else if (event instanceof Event.Checked e) {
            fields.putAll(check(e.result()));
            put("critical", e.critical());
        } else if (event instanceof Event.Judged e) {
            put("analysis", e.analysis());
            put("verdict", e.judgement().verdict().name());
            put("reason", e.judgement().reason());
            e.judgement().evidence().ifPresent(this::evidence);
        } else if (event instanceof Event.GateWaiting e) {
            put("gate", e.gate());
            put("reason", e.reason());
        } else if (event instanceof Event.Paused e) {
            put("reason", e.reason());
        } else if (event instanceof Event.Warning e) {
            put("text", e.text());
        } else if (event instanceof Event.Failed e) {
            put("reason", e.reason());
            put("diagnosis", e.diagnosis());
        } else if (event instanceof Event.GoingBack e) {
            plan(e.plan());
            put("reason", e.reason());
        } else if (event instanceof Event.Finished e) {
            result(e.result());
        }
    }

    private static Map<String, Object> check(CheckResult result) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("check", result.check());
        fields.put("status", result.status().name());
        fields.put("critical", result.critical());
        fields.put("message", result.message());
        fields.put("tookMs", result.took().toMillis());
        fields.put("attempts", result.attempts());
        if (!result.parts().isEmpty()) {
            fields.put("parts", result.parts().stream().map(AuditLine::check).toList());
        }
        return fields;
    }

    private void evidence(Evidence evidence) {
        put("method", evidence.method());
        number("estimate", evidence.estimate());
        number("lower", evidence.lower());
        number("upper", evidence.upper());
        number("confidence", evidence.confidence());
        number("effect", evidence.effect());
        number("pValue", evidence.pValue());
        put("candidateSize", evidence.candidateSize());
        put("baselineSize", evidence.baselineSize());
    }

    /** JSON knows neither NaN nor infinities. */
    private void number(String name, double value) {
        if (Double.isFinite(value)) {
            put(name, value);
        }
    }

    private void plan(Plan plan) {
        put("application", plan.application());
        put("version", plan.version());
        put("strategy", plan.strategy());
        put("candidate", name(plan.candidate()));
        if (plan.stable() != null) {
            put("stableVersion", plan.stable().version());
            put("stableRevision", plan.stable().revision().id());
        }
        put("rollbackPossible", plan.rollback().possible());
        put("rollback", plan.rollback().how());
        put("steps", plan.steps().stream().map(Step::describe).toList());
        millis("limitMs", plan.limit());
    }

    private void step(int number, int of, Step step) {
        put("step", number);
        put("of", of);
        put("kind", step.kind());
        put("what", step.describe());
    }

    private void observed(Observation observed) {
        for (Group group : observed.groups()) {
            String slot = name(group.slot());
            put(slot + "Version", group.version());
            put(slot + "Revision", group.revision().id());
            put(slot + "Desired", group.desired());
            put(slot + "Ready", group.ready());
            put(slot + "Weight", group.weight());
        }
    }

    private void result(RolloutResult result) {
        RolloutResult.Summary summary = result.summary();
        RolloutMetrics metrics = summary.metrics();
        put("outcome", result.outcome());
        put("application", summary.application());
        put("version", summary.version());
        put("reason", result.reason());
        millis("tookMs", metrics.duration());
        millis("detectMs", metrics.detect());
        millis("recoverMs", metrics.recover());
        put("stepsDone", metrics.steps());
        put("rolledBack", metrics.rolledBack());
        put("warnings", summary.warnings());
        if (result instanceof RolloutResult.RolledBack back) {
            put("diagnosis", back.diagnosis());
        } else if (result instanceof RolloutResult.Stuck stuck) {
            put("diagnosis", stuck.diagnosis());
            put("commands", stuck.commands());
        }
        observed(summary.observed());
    }

    private void millis(String name, @Nullable Duration duration) {
        if (duration != null) {
            put(name, duration.toMillis());
        }
    }

    private static String name(Enum<?> slot) {
        return slot.name().toLowerCase(Locale.ROOT);
    }

    private void put(String name, Object value) {
        fields.put(name, value);
    }
}
