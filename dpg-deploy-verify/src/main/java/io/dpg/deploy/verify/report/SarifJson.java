package io.dpg.deploy.verify.report;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads results out of SARIF 2.1.0. Rules may stand behind the results that refer to them, so results are first counted
 * by rule and rated at the end of their run.
 */
final class SarifJson {

    private static final int MOST_KINDS = 100_000;

    /** What results have in common that are rated alike. */
    private record Kind(
            String rule,
            int index,
            int extension,
            @Nullable String level,
            @Nullable String score) {}

    private record Count(long times, String where) {}

    private final JsonEvents json;
    private final SarifReport.Filter filter;
    private final Findings findings;
    private String version = "";
    private boolean anyRun;

    private SarifJson(JsonEvents json, SarifReport.Filter filter, Findings findings) {
        this.json = json;
        this.filter = filter;
        this.findings = findings;
    }

    static void read(Path file, SarifReport.Filter filter, Findings findings)
            throws UnreadableReport, InterruptedException {
        try (JsonEvents json = JsonEvents.open(file)) {
            new SarifJson(json, filter, findings).read();
        }
    }

    private void read() throws UnreadableReport, InterruptedException {
        json.document(name -> {
            switch (name) {
                case "version" -> version = orEmpty(json.shortText());
                case "runs" -> json.list("runs", this::run);
                case "inlineExternalProperties" -> json.list(name, () -> json.object(name, this::refuseResults));
                default -> {}
            }
        });
        if (!version.equals("2.1.0")) {
            throw json.unexpected(version.isEmpty() ? "it is no SARIF" : "its SARIF version is not 2.1.0");
        }
        if (!anyRun) {
            throw json.unexpected("it holds no run of a tool, and no data is never a pass");
        }
    }

    private void refuseResults(String name) throws UnreadableReport {
        if (name.equals("results")) {
            throw json.unexpected("it keeps results apart from its runs, which is not supported");
        }
    }

    private void run() throws UnreadableReport, InterruptedException {
        Run run = new Run();
        json.object("a run", run::member);
        anyRun = true;
        run.end();
    }

    private final class Run {
        private final SarifRules rules = new SarifRules();
        private final Map<Kind, Count> counted = new LinkedHashMap<>();
        private String tool = "";
        private boolean looked;
        private boolean failed;

        void member(String name) throws UnreadableReport, InterruptedException {
            switch (name) {
                case "tool" ->
                    json.object("tool", part -> {
                        switch (part) {
                            case "driver" -> json.object("driver", this::driver);
                            case "extensions" ->
                                json.list(part, () -> {
                                    SarifRules.Component extension = rules.extension(json);
                                    json.object("an extension", n -> rulesOf(extension, n));
                                });
                            default -> {}
                        }
                    });
                case "invocations" -> json.list(name, () -> json.object("an invocation", this::invocation));
                case "results" -> looked |= json.list(name, this::result);
                case "externalPropertyFileReferences" -> json.object(name, SarifJson.this::refuseResults);
                default -> {}
            }
        }

        private void driver(String name) throws UnreadableReport, InterruptedException {
            if (name.equals("name")) {
                tool = orEmpty(json.shortText());
            }
            rulesOf(rules.driver, name);
        }

        private void rulesOf(SarifRules.Component component, String name)
                throws UnreadableReport, InterruptedException {
            if (name.equals("rules")) {
                rules.read(json, component);
            }
        }

        private void invocation(String name) throws UnreadableReport, InterruptedException {
            if (name.equals("executionSuccessful")) {
                failed |= !"true".equals(json.text());
            } else if (name.equals("ruleConfigurationOverrides")) {
                String[] of = new String[2];
                json.objects(
                        name,
                        part -> {
                            switch (part) {
                                case "descriptor" -> of[0] = SarifJson.member(json, part, "id", of[0]);
                                case "configuration" -> of[1] = SarifJson.member(json, part, "level", of[1]);
                                default -> {}
                            }
                        },
                        () -> {
                            if (of[0] != null && of[1] != null) {
                                rules.override(of[0], of[1]);
                            }
                            of[0] = of[1] = null;
                        });
            }
        }

        private void result() throws UnreadableReport, InterruptedException {
            SarifResult result = new SarifResult(json);
            if (!json.object("a result", result::member)) {
                return;
            }
            String out = result.passedOver(filter);
            if (out != null) {
                findings.passOver(out, 1);
                return;
            }
            Kind kind = new Kind(result.rule, result.index, result.extension, result.level, result.score);
            if (counted.size() >= MOST_KINDS && !counted.containsKey(kind)) {
                throw json.unexpected("its results are of more than " + MOST_KINDS + " kinds");
            }
            counted.merge(kind, new Count(1, result.where), (a, b) -> new Count(a.times + 1, a.where));
        }

        void end() throws UnreadableReport {
            String who = tool.isEmpty() ? "a tool without a name" : tool;
            if (failed) {
                throw json.unexpected("the run of " + who + " says that it failed");
            }
            if (!looked) {
                throw json.unexpected("the run of " + who + " has no list of results, so it did not look for any");
            }
            findings.ran(who);
            counted.forEach(this::rate);
        }

        private void rate(Kind kind, Count count) {
            SarifRules.Rule rule = rules.find(kind.rule, kind.index, kind.extension);
            String id = !kind.rule.isEmpty() ? kind.rule : rule == null ? "" : rule.id();
            if (filter.ignored(id)) {
                findings.passOver("ignored", count.times);
                return;
            }
            String level = kind.level;
            if (level == null) {
                level = rule == null || rule.level() == null ? "warning" : rule.level();
                String override = rules.override(id);
                level = override != null && SarifLevel.worse(override, level) ? override : level;
            }
            String score = kind.score != null ? kind.score : rule == null ? null : rule.score();
            String name = (id.isEmpty() ? "a result without a rule" : id)
                    + (count.where.isEmpty() ? "" : " in " + count.where);
            findings.add(SarifLevel.severity(level, score), name, count.times);
        }
    }

    /** Returns a member of the object that stands here, or {@code before} if it has none of that name. */
    static @Nullable String member(JsonEvents json, String what, String wanted, @Nullable String before)
            throws UnreadableReport, InterruptedException {
        String[] found = {before};
        json.object(what, name -> {
            if (name.equals(wanted)) {
                found[0] = json.shortText();
            }
        });
        return found[0];
    }

    static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }
}
