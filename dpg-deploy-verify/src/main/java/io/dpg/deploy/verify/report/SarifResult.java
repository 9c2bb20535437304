package io.dpg.deploy.verify.report;

import org.jspecify.annotations.Nullable;

/** One result of SARIF. Its message and snippets are not read: a scanner for secrets quotes them there. */
final class SarifResult {

    private final JsonEvents json;
    String rule = "";
    int index = -1;
    int extension = -1;

    @Nullable
    String level;

    @Nullable
    String score;

    String where = "";
    private String kind = "fail";
    private String baseline = "";
    private boolean suppressions;
    private boolean rejected;
    private String line = "";

    SarifResult(JsonEvents json) {
        this.json = json;
    }

    void member(String name) throws UnreadableReport, InterruptedException {
        switch (name) {
            case "ruleId" -> rule = SarifJson.orEmpty(json.shortText());
            case "ruleIndex" -> index = json.index();
            case "rule" -> json.object(name, this::rule);
            case "level" -> level = json.shortText();
            case "kind" -> {
                String text = json.shortText();
                kind = text == null ? kind : text;
            }
            case "baselineState" -> baseline = SarifJson.orEmpty(json.shortText());
            case "properties" -> score = SarifJson.member(json, name, "security-severity", score);
            case "suppressions" -> json.list(name, this::suppression);
            case "locations" ->
                json.list(name, () -> {
                    if (where.isEmpty()) {
                        location();
                    }
                });
            default -> {}
        }
    }

    private void rule(String name) throws UnreadableReport, InterruptedException {
        switch (name) {
            case "id" -> rule = rule.isEmpty() ? SarifJson.orEmpty(json.shortText()) : rule;
            case "index" -> index = index < 0 ? json.index() : index;
            case "toolComponent" ->
                json.object(name, part -> {
                    if (part.equals("index")) {
                        extension = json.index();
                    }
                });
            default -> {}
        }
    }

    /** A result is suppressed when it has suppressions and all are accepted, the default (SARIF 2.1.0, 3.27.23). */
    private void suppression() throws UnreadableReport, InterruptedException {
        boolean one = json.object("a suppression", name -> {
            if (name.equals("status")) {
                rejected |= !"accepted".equals(json.text());
            }
        });
        suppressions |= one;
    }

    private void location() throws UnreadableReport, InterruptedException {
        line = "";
        json.object("a location", name -> {
            if (name.equals("physicalLocation")) {
                json.object(name, part -> {
                    if (part.equals("artifactLocation")) {
                        where = SarifJson.orEmpty(SarifJson.member(json, part, "uri", where));
                    } else if (part.equals("region")) {
                        line = SarifJson.orEmpty(SarifJson.member(json, part, "startLine", line));
                    }
                });
            }
        });
        where = where.isEmpty() || line.isEmpty() ? where : where + ":" + line;
    }

    /** Returns why the result does not count, or null if it does. */
    @Nullable
    String passedOver(SarifReport.Filter filter) {
        if (!kind.equals("fail")) {
            return switch (kind) {
                case "pass", "notApplicable", "informational" -> "passed or informational";
                case "open", "review" -> filter.countReviews() ? null : "open or to review";
                default -> null;
            };
        }
        if (suppressions && !rejected) {
            return "suppressed";
        }
        return switch (baseline) {
            case "absent" -> "absent since the baseline";
            case "unchanged" -> filter.onlyNew() ? "unchanged since the baseline" : null;
            default -> null;
        };
    }
}
