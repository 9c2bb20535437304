package io.dpg.deploy.aws.internal.metric;

import io.dpg.deploy.Group;
import io.dpg.deploy.aws.CloudWatchMetric;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What may stand for something else in the values of dimensions. Immutable.
 *
 * @param all their values for a group, by name
 */
public record Variables(Map<String, Function<Group, String>> all) {

    /** Those that are always there. */
    public static final Variables OF_GROUP = new Variables(Map.of(
            "slot", g -> g.slot().name().toLowerCase(Locale.ROOT),
            "version", Group::version,
            "revision", g -> g.revision().id()));

    private static final Pattern PLACE = Pattern.compile("\\$\\{([^{}]*)}");

    /** Copies the map. */
    public Variables {
        all = Map.copyOf(all);
    }

    /** A value could not be made. */
    static final class Missing extends Exception {
        private static final long serialVersionUID = 1;

        Missing(String message) {
            super(message);
        }
    }

    /**
     * Returns a copy with one more.
     *
     * @throws IllegalArgumentException if the name is taken, or is no name
     */
    public Variables and(String name, Function<Group, String> value) {
        if (!name.matches("[A-Za-z_][A-Za-z0-9_.-]*") || all.containsKey(name)) {
            throw new IllegalArgumentException("A variable needs a name of letters, digits and _ that is not one of "
                    + names() + ", but got '" + name + "'");
        }
        Map<String, Function<Group, String>> more = new TreeMap<>(all);
        more.put(name, value);
        return new Variables(more);
    }

    /** Checks that {@code metric} holds only variables that are known, and those only in values of dimensions. */
    public void check(CloudWatchMetric metric) {
        metric.dimensions().forEach((dimension, value) -> {
            Matcher place = PLACE.matcher(value);
            while (place.find()) {
                if (!all.containsKey(place.group(1))) {
                    throw new IllegalArgumentException(
                            "Dimension " + dimension + " has the unknown variable " + place.group() + "; known are "
                                    + names() + ", and what variable(…) adds before the metric");
                }
            }
            if (PLACE.matcher(value).replaceAll("").contains("${")) {
                throw new IllegalArgumentException(
                        "Dimension " + dimension + " has a variable that does not end: '" + value + "'");
            }
        });
    }

    /** Returns {@code text} with the values for {@code group} in place of the variables. */
    String fill(String text, Group group) throws Missing {
        Matcher place = PLACE.matcher(text);
        StringBuilder filled = new StringBuilder();
        while (place.find()) {
            place.appendReplacement(filled, Matcher.quoteReplacement(value(place.group(1), group)));
        }
        return place.appendTail(filled).toString();
    }

    private String value(String name, Group group) throws Missing {
        Function<Group, String> of = all.get(name);
        @Nullable String value = of == null ? null : of.apply(group);
        if (value == null || value.isBlank()) {
            throw new Missing("the variable ${" + name + "} has no value for " + group);
        }
        return value;
    }

    private String names() {
        return "${" + String.join("}, ${", new TreeSet<>(all.keySet())) + "}";
    }
}
