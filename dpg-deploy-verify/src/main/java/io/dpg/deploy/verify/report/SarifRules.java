package io.dpg.deploy.verify.report;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The rules of a run: those of the tool itself, and those of its extensions. */
final class SarifRules {

    private static final int MOST = 100_000;

    /** A rule's default level and CVSS score, where it has them. */
    record Rule(String id, @Nullable String level, @Nullable String score) {}

    /** A list of rules, by place and by id. */
    static final class Component {
        private final List<Rule> rules = new ArrayList<>();
        private final Map<String, Rule> byId = new HashMap<>();
    }

    final Component driver = new Component();
    final List<Component> extensions = new ArrayList<>();
    private final Map<String, String> overrides = new HashMap<>();
    private int size;

    Component extension(JsonEvents json) throws UnreadableReport {
        count(json);
        extensions.add(new Component());
        return extensions.get(extensions.size() - 1);
    }

    private void count(JsonEvents json) throws UnreadableReport {
        if (++size > MOST) {
            throw json.unexpected("it has more than " + MOST + " rules");
        }
    }

    void read(JsonEvents json, Component into) throws UnreadableReport, InterruptedException {
        String[] of = new String[3];
        json.list("rules", () -> {
            java.util.Arrays.fill(of, null);
            json.object("a rule", name -> {
                switch (name) {
                    case "id" -> of[0] = json.shortText();
                    case "defaultConfiguration" ->
                        of[1] = SarifJson.member(json, "defaultConfiguration", "level", of[1]);
                    case "properties" -> of[2] = SarifJson.member(json, "properties", "security-severity", of[2]);
                    default -> {}
                }
            });
            count(json);
            Rule rule = new Rule(of[0] == null ? "" : of[0], of[1], of[2]);
            into.rules.add(rule);
            into.byId.putIfAbsent(rule.id(), rule);
        });
    }

    /** A run may raise a level here. That it may also lower one is left out: to be strict is no false pass. */
    void override(String id, String level) {
        if (overrides.size() < MOST) {
            overrides.merge(id, level, (a, b) -> SarifLevel.worse(a, b) ? a : b);
        }
    }

    @Nullable
    String override(String id) {
        return overrides.get(id);
    }

    /**
     * Returns the rule that a result refers to: by place where that fits the id, else by id, else by the part of a
     * hierarchical id before its last slash (SARIF 2.1.0, 3.27.5 to 3.27.7 and 3.52).
     */
    @Nullable
    Rule find(String id, int index, int extension) {
        Component component = extension >= 0 && extension < extensions.size() ? extensions.get(extension) : driver;
        if (index >= 0 && index < component.rules.size()) {
            Rule rule = component.rules.get(index);
            if (id.isEmpty() || rule.id().equals(id) || id.startsWith(rule.id() + "/")) {
                return rule;
            }
        }
        for (String part = id; !part.isEmpty(); part = part.substring(0, Math.max(0, part.lastIndexOf('/')))) {
            Rule rule = component.byId.get(part);
            rule = rule != null ? rule : driver.byId.get(part);
            for (int i = 0; rule == null && i < extensions.size(); i++) {
                rule = extensions.get(i).byId.get(part);
            }
            if (rule != null) {
                return rule;
            }
        }
        return null;
    }
}
