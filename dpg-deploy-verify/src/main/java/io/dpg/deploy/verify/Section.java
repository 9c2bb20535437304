package io.dpg.deploy.verify;

import io.dpg.deploy.config.Suggestion;
import io.dpg.deploy.config.YamlNode;
import io.dpg.deploy.config.YamlNode.Field;
import io.dpg.deploy.config.YamlNode.Fields;
import io.dpg.deploy.config.YamlNode.Items;
import io.dpg.deploy.config.YamlNode.Scalar;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A map in a YAML file whose names are known; goes on after each fault. */
final class Section {

    /** The most entries of a map whose names are free, such as headers; and of unknown ones in others. */
    private static final int MOST = 100;

    private final Faults faults;
    private final String path;
    private final int line;
    private final Map<String, Field> given = new LinkedHashMap<>();

    /** Takes any names where {@code known} is null; names that begin with {@code x-} are left alone where it is not. */
    Section(Faults faults, String path, YamlNode node, @Nullable List<String> known) {
        this.faults = faults;
        this.path = path;
        this.line = node.line();
        if (node instanceof Scalar scalar && scalar.absent()) {
            return;
        }
        if (!(node instanceof Fields fields)) {
            faults.add(node.line(), path, node.kind(), "must be a map");
            return;
        }
        int most = known == null ? MOST : MOST + known.size();
        if (fields.fields().size() > most) {
            faults.add(node.line(), path, fields.fields().size() + " entries", "are more than " + most);
            return;
        }
        fields.fields().forEach(field -> take(field, known));
    }

    private void take(Field field, @Nullable List<String> known) {
        if (known != null && !known.contains(field.name())) {
            if (!field.name().startsWith("x-")) {
                String all = known.stream().collect(Collectors.joining(", ", "; known are ", ""));
                String near = field.name().length() > 40 ? "" : Suggestion.of(field.name(), known);
                faults.add(field.line(), at(field.name()), Faults.HIDDEN, "is unknown" + near + all);
            }
        } else if (given.putIfAbsent(field.name(), field) != null) {
            int first = given.get(field.name()).line();
            String reason = "was given in line " + first + " already; keep one";
            faults.add(field.line(), at(field.name()), Faults.HIDDEN, reason);
        }
    }

    /** Returns the path of {@code name} in this map. */
    String at(String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    int line() {
        return line;
    }

    Map<String, Field> all() {
        return given;
    }

    boolean has(String name) {
        return given.containsKey(name);
    }

    /** Returns the line of {@code name}, or of the map. */
    int line(String name) {
        return has(name) ? given.get(name).line() : line;
    }

    /** Returns the map at {@code name}; an empty one where there is none. */
    Section child(String name, @Nullable List<String> known) {
        Field field = given.get(name);
        YamlNode node = field == null ? new Scalar(line, "", true) : field.value();
        return new Section(faults, at(name), node, known);
    }

    /** Returns the single value at {@code name}, or null where there is none or it is something else. */
    @Nullable
    String text(String name) {
        Field field = given.get(name);
        if (field == null) {
            return null;
        }
        if (field.value() instanceof Scalar scalar && !scalar.absent()) {
            return scalar.text();
        }
        faults.add(field.line(), at(name), field.value().kind(), "must be a single value");
        return null;
    }

    /** Returns the single values at {@code name}, which may be one or a list. */
    List<String> texts(String name) {
        Field field = given.get(name);
        if (field != null && field.value() instanceof Items items) {
            if (items.items().size() > MOST) {
                faults.add(field.line(), at(name), items.items().size() + " entries", "are more than " + MOST);
                return List.of();
            }
            for (YamlNode item : items.items()) {
                if (!(item instanceof Scalar scalar) || scalar.absent()) {
                    faults.add(item.line(), at(name), item.kind(), "must be a single value");
                    return List.of();
                }
            }
            return items.items().stream().map(item -> ((Scalar) item).text()).toList();
        }
        String text = text(name);
        return text == null ? List.of() : List.of(text);
    }

    /** Returns what {@code parse} makes of the value at {@code name}; null where there is none, or where it threw. */
    <T> @Nullable T value(String name, Function<String, T> parse) {
        String text = text(name);
        return text == null ? null : tried(name, text, () -> parse.apply(text));
    }

    /** Returns {@code target} changed by what is at {@code name}, or as it was. */
    <C, T> C with(C target, String name, Function<String, T> parse, BiFunction<C, T, C> set) {
        T value = value(name, parse);
        if (value == null) {
            return target;
        }
        C changed = tried(name, String.valueOf(text(name)), () -> set.apply(target, value));
        return changed == null ? target : changed;
    }

    /** Something that throws {@link IllegalArgumentException} for a value that cannot be. */
    interface Attempt<T> {
        T make();
    }

    /** Returns what {@code attempt} makes, or null where that cannot be. */
    <T> @Nullable T tried(String name, String shown, Attempt<T> attempt) {
        try {
            return attempt.make();
        } catch (IllegalArgumentException e) {
            faults.add(line(name), at(name), shown, String.valueOf(e.getMessage()));
            return null;
        }
    }

    void fault(String name, String value, String reason) {
        faults.add(line(name), name.isEmpty() ? path : at(name), value, reason);
    }
}
