package io.dpg.deploy;

import io.dpg.deploy.check.ApprovalPolicy;
import io.dpg.deploy.config.Suggestion;
import io.dpg.deploy.config.YamlNode;
import io.dpg.deploy.config.YamlNode.Field;
import io.dpg.deploy.config.YamlNode.Fields;
import io.dpg.deploy.config.YamlNode.Items;
import io.dpg.deploy.config.YamlNode.Scalar;
import io.dpg.deploy.secret.SecretRef;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads one environment, and goes on after each fault. Values are repeated in faults only where no secret can stand:
 * never of unknown keys, of variables, or under {@code secrets}.
 */
final class EnvironmentReader {

    private static final List<String> KEYS =
            List.of("name", "replicas", "resources", "variables", "secrets", "branches", "approval");
    private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{terraform\\.([^}]*)}");
    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_.-]*");
    private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})\\s*([smhd])");
    private static final String HIDDEN = "…";

    private final String file;
    private final String path;
    private final @Nullable TerraformOutputs outputs;
    private final List<Fault> faults;

    EnvironmentReader(String file, String path, @Nullable TerraformOutputs outputs, List<Fault> faults) {
        this.file = file;
        this.path = path;
        this.outputs = outputs;
        this.faults = faults;
    }

    /** Returns the environment in {@code node}; without what was at fault. */
    Environment read(String name, YamlNode node, boolean named) {
        Map<String, Field> given = fields(node, "", KEYS);
        String chosen = name;
        if (given.containsKey("name")) {
            Field field = given.get("name");
            String text = text(field, "name");
            if (text != null && text.isBlank()) {
                fault(field.line(), "name", text, "must not be blank");
            } else if (text != null && named && !text.equals(name)) {
                fault(field.line(), "name", text, "differs from the key '" + name + "' above; remove one of them");
            } else if (text != null) {
                chosen = text;
            }
        } else if (name.isBlank()) {
            fault(node.line(), "name", name, "must not be blank");
            chosen = "(blank)";
        }
        Integer replicas = number(given.get("replicas"), "replicas");
        Resources resources = resources(given.get("resources"));
        Map<String, String> variables = variables(given.get("variables"));
        Map<String, SecretRef> secrets = secrets(given.get("secrets"), variables);
        List<String> branches = branches(given.get("branches"));
        ApprovalPolicy approval = approval(given.get("approval"));
        return new Environment(chosen, replicas, resources, variables, secrets, branches, approval);
    }

    private Map<String, Field> fields(YamlNode node, String below, @Nullable List<String> known) {
        Map<String, Field> given = new LinkedHashMap<>();
        if (node instanceof Scalar scalar && scalar.absent()) {
            return given;
        }
        if (!(node instanceof Fields fields)) {
            fault(node.line(), below, node.kind(), "must be a map");
            return given;
        }
        for (Field field : fields.fields()) {
            String name = below.isEmpty() ? field.name() : below + "." + field.name();
            if (known != null && !known.contains(field.name())) {
                fault(
                        field.line(),
                        name,
                        HIDDEN,
                        "is unknown" + Suggestion.of(field.name(), known) + "; known are " + String.join(", ", known));
            } else if (given.putIfAbsent(field.name(), field) != null) {
                int first = given.get(field.name()).line();
                fault(field.line(), name, HIDDEN, "was given in line " + first + " already; keep one");
            }
        }
        return given;
    }

    private @Nullable Integer number(@Nullable Field field, String name) {
        String text = field == null ? null : text(field, name);
        if (field == null || text == null) {
            return null;
        }
        if (!text.matches("[0-9]{1,6}")) {
            fault(field.line(), name, text, "must be a whole number such as 3");
            return null;
        }
        if (Integer.parseInt(text) < 1) {
            fault(field.line(), name, text, "must be at least 1");
            return null;
        }
        return Integer.valueOf(text);
    }

    private Resources resources(@Nullable Field field) {
        if (field == null) {
            return Resources.UNLIMITED;
        }
        Map<String, Field> given = fields(field.value(), "resources", List.of("cpu", "memory"));
        return new Resources(limit(given.get("cpu"), "cpu"), limit(given.get("memory"), "memory"));
    }

    private @Nullable String limit(@Nullable Field field, String name) {
        String text = field == null ? null : text(field, "resources." + name);
        if (field == null || text == null) {
            return null;
        }
        try {
            boolean cpu = name.equals("cpu");
            new Resources(cpu ? text : null, cpu ? null : text);
            return text;
        } catch (IllegalArgumentException e) {
            fault(field.line(), "resources." + name, text, String.valueOf(e.getMessage()));
            return null;
        }
    }

    private Map<String, String> variables(@Nullable Field field) {
        Map<String, String> variables = new LinkedHashMap<>();
        values(field, "variables").forEach((name, value) -> variables.put(name, value.text()));
        return variables;
    }

    private Map<String, SecretRef> secrets(@Nullable Field field, Map<String, String> variables) {
        Map<String, SecretRef> secrets = new LinkedHashMap<>();
        values(field, "secrets").forEach((name, value) -> {
            if (variables.containsKey(name)) {
                fault(value.line(), "secrets." + name, HIDDEN, "is set by variables too; keep it in one of them");
                return;
            }
            try {
                secrets.put(name, SecretRef.parse(value.text()));
            } catch (IllegalArgumentException e) {
                fault(value.line(), "secrets." + name, "***", String.valueOf(e.getMessage()));
            }
        });
        return secrets;
    }

    private Map<String, Scalar> values(@Nullable Field field, String below) {
        Map<String, Scalar> values = new LinkedHashMap<>();
        if (field == null) {
            return values;
        }
        for (Field each : fields(field.value(), below, null).values()) {
            String name = below + "." + each.name();
            if (!VARIABLE.matcher(each.name()).matches()) {
                fault(each.line(), name, HIDDEN, "is no name of an environment variable");
            } else if (!(each.value() instanceof Scalar scalar)) {
                fault(each.line(), name, each.value().kind(), "must be a single value; quote it if it is text");
            } else if (scalar.absent()) {
                fault(each.line(), name, "nothing", "has no value; write \"\" for an empty one");
            } else {
                int before = faults.size();
                String text = filled(each.line(), name, scalar.text());
                if (faults.size() == before) {
                    values.put(each.name(), new Scalar(each.line(), text, false));
                }
            }
        }
        return values;
    }

    private String filled(int line, String name, String text) {
        return PLACEHOLDER.matcher(text).replaceAll(placeholder -> {
            String output = placeholder.group(1);
            if (outputs == null) {
                fault(line, name, placeholder.group(), "needs outputs; call Environments.load(path, outputs)");
            } else if (outputs.secrets().containsKey(output)) {
                fault(line, name, placeholder.group(), "is a sensitive output, which must not become a plain value");
            } else if (!outputs.variables().containsKey(output)) {
                List<String> known = List.copyOf(outputs.variables().keySet());
                fault(
                        line,
                        name,
                        placeholder.group(),
                        "there is no such output" + Suggestion.of(output, known) + "; known are "
                                + String.join(", ", known));
            } else {
                return Matcher.quoteReplacement(outputs.variables().get(output));
            }
            return "";
        });
    }

    private List<String> branches(@Nullable Field field) {
        List<String> branches = new ArrayList<>();
        if (field == null || field.value() instanceof Scalar scalar && scalar.absent()) {
            return branches;
        }
        if (!(field.value() instanceof Items items)) {
            fault(field.line(), "branches", field.value().kind(), "must be a list, such as [main]");
            return branches;
        }
        for (int i = 0; i < items.items().size(); i++) {
            YamlNode item = items.items().get(i);
            String name = "branches[" + i + "]";
            if (!(item instanceof Scalar scalar) || scalar.text().isBlank()) {
                fault(item.line(), name, item.kind(), "must be the name of a branch");
            } else if (scalar.text().indexOf('*') >= 0
                    && scalar.text().indexOf('*') < scalar.text().length() - 1) {
                fault(item.line(), name, scalar.text(), "may have one '*', at its end");
            } else {
                branches.add(scalar.text());
            }
        }
        return branches;
    }

    private @Nullable ApprovalPolicy approval(@Nullable Field field) {
        if (field == null) {
            return null;
        }
        if (!(field.value() instanceof Fields)) {
            String text = text(field, "approval");
            if (text == null || text.equals("false")) {
                return null;
            }
            if (!text.equals("true")) {
                fault(field.line(), "approval", text, "must be true, false, or a map with minimum, expires, onExpiry");
            }
            return ApprovalPolicy.DEFAULT;
        }
        Map<String, Field> given = fields(field.value(), "approval", List.of("minimum", "expires", "onExpiry"));
        Integer minimum = number(given.get("minimum"), "approval.minimum");
        Duration expires = duration(given.get("expires"));
        return new ApprovalPolicy(
                minimum == null ? ApprovalPolicy.DEFAULT.minimum() : minimum,
                expires == null ? ApprovalPolicy.DEFAULT.expires() : expires,
                approvesOnExpiry(given.get("onExpiry")));
    }

    private boolean approvesOnExpiry(@Nullable Field field) {
        String text = field == null ? null : text(field, "approval.onExpiry");
        if (field != null && text != null && !text.equals("approve") && !text.equals("reject")) {
            fault(field.line(), "approval.onExpiry", text, "must be reject or approve");
        }
        return "approve".equals(text);
    }

    private @Nullable Duration duration(@Nullable Field field) {
        String text = field == null ? null : text(field, "approval.expires");
        if (field == null || text == null) {
            return null;
        }
        Matcher simple = DURATION.matcher(text);
        Duration duration = Duration.ZERO;
        if (simple.matches()) {
            String unit = simple.group(2).toUpperCase(Locale.ROOT);
            duration = Duration.parse(unit.equals("D") ? "P" + simple.group(1) + "D" : "PT" + simple.group(1) + unit);
        } else {
            try {
                duration = Duration.parse(text);
            } catch (DateTimeParseException e) {
                fault(field.line(), "approval.expires", text, "must be a time such as 30m, 24h, 2d or PT24H");
                return null;
            }
        }
        if (duration.isZero() || duration.isNegative()) {
            fault(field.line(), "approval.expires", text, "must be longer than 0");
            return null;
        }
        return duration;
    }

    private @Nullable String text(Field field, String name) {
        if (field.value() instanceof Scalar scalar && !scalar.absent()) {
            return scalar.text();
        }
        fault(field.line(), name, field.value().kind(), "must be a single value");
        return null;
    }

    private void fault(int line, String name, String value, String reason) {
        String below = path.isEmpty() ? name : name.isEmpty() ? path : path + "." + name;
        faults.add(new Fault(file + ":" + line + (below.isEmpty() ? "" : ": " + below), value, reason));
    }
}
