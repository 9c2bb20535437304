package io.dpg.deploy.k8s.internal.router;

import io.dpg.deploy.DeployException;
import io.dpg.deploy.DeployException.Details;
import io.dpg.deploy.k8s.TrafficRouter.Backends;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Splits what the own Service gets, in every rule that names it, between it and the preview Service. What other
 * destinations get stays the same part of the whole: where percentages of a small weight would not be whole numbers, all
 * weights of the rule are multiplied. An annotation notes that, so that the way back leads to the same numbers. Pure.
 */
public final class Shares {

    /** The annotation with what is needed for the way back. */
    public static final String NOTES = "dpg-deploy.io/split";

    private static final JsonMapper MAPPER = new JsonMapper();
    private static final long LARGEST = 1_000_000;
    private static final String WEIGHT = "weight";
    private static final String PERCENT = "percent";
    private static final String RULES = "rules";
    private static final String FACTOR = "factor";
    private static final String UNSTATED = "unstated";
    private static final String KEPT = "kept";

    private final Destinations destinations;
    private final Backends backends;

    /** For the objects that {@code destinations} knows, and {@code backends}. */
    public Shares(Destinations destinations, Backends backends) {
        this.destinations = destinations;
        this.backends = backends;
    }

    /** What one port of the own Service, and of the preview, have in a list. */
    private static final class Pair {
        @Nullable
        ObjectNode own;

        @Nullable
        ObjectNode preview;
    }

    /** Returns whether any rule of {@code object} names the own Service. */
    public boolean named(ObjectNode object) {
        return destinations.lists(object).stream()
                .flatMap(list -> pairs(list).stream())
                .anyMatch(p -> p.own != null);
    }

    /**
     * Returns the percentage that the preview has. Where rules differ, because somebody changed one, it is one that
     * differs from what was written.
     */
    public int read(ObjectNode object) {
        Integer written = percent(notes(object));
        Integer first = null;
        for (ArrayNode list : destinations.lists(object)) {
            for (Pair pair : pairs(list)) {
                long total = total(pair, list.size());
                if (total > 0) {
                    int percent = percent(weight(pair.preview, list.size()), total);
                    first = first == null || written != null && percent != written ? Integer.valueOf(percent) : first;
                }
            }
        }
        return first == null ? 0 : first;
    }

    /** Nothing and everything are never approximate. */
    private static int percent(long part, long total) {
        long rounded = Math.round(100.0 * part / total);
        return (int) (part == 0 ? 0 : part == total ? 100 : Math.max(1, Math.min(99, rounded)));
    }

    private static @Nullable Integer percent(ObjectNode notes) {
        JsonNode percent = notes.get(PERCENT);
        return percent == null ? null : percent.intValue();
    }

    /**
     * Returns a copy of {@code object} in which the preview has {@code percent}; with 0 as it was before.
     *
     * @throws DeployException if the weights would get too large
     */
    public ObjectNode write(ObjectNode object, int percent) {
        ObjectNode changed = object.deepCopy();
        ObjectNode notes = notes(object);
        ObjectNode rules = notes.withObjectProperty(RULES);
        List<ArrayNode> lists = destinations.lists(changed);
        for (int i = 0; i < lists.size(); i++) {
            ObjectNode note = rules.withObjectProperty(String.valueOf(i));
            if (percent == 0) {
                join(lists.get(i), note);
            } else {
                split(lists.get(i), note, percent);
            }
            if (note.isEmpty()) {
                rules.remove(String.valueOf(i));
            }
        }
        ObjectNode annotations = changed.withObjectProperty("metadata").withObjectProperty("annotations");
        if (percent == 0) {
            annotations.remove(NOTES);
            if (annotations.isEmpty()) {
                changed.withObjectProperty("metadata").remove("annotations");
            }
        } else {
            annotations.put(NOTES, MAPPER.writeValueAsString(notes.put(PERCENT, percent)));
        }
        return changed;
    }

    private void split(ArrayNode list, ObjectNode note, int percent) {
        int size = list.size();
        List<Pair> pairs = new ArrayList<>(pairs(list));
        pairs.removeIf(p -> p.own == null || total(p, size) == 0);
        if (pairs.isEmpty()) {
            return;
        }
        if (note.isEmpty()) {
            note.put(FACTOR, 1);
            if (pairs.stream().anyMatch(p -> p.own != null && !p.own.has(WEIGHT))) {
                note.put(UNSTATED, true);
            }
            if (pairs.stream().anyMatch(p -> p.preview != null)) {
                note.put(KEPT, true);
            }
        }
        // Alone, weights of 100 in all read as percentages; beside others, numbers change no more than they must.
        boolean alone = pairs.stream().mapToInt(p -> p.preview == null ? 1 : 2).sum() == size;
        long factor = 1;
        for (Pair pair : pairs) {
            long least = 100 / gcd(total(pair, size) * (alone ? 1 : percent), 100);
            factor = factor / gcd(factor, least) * least;
        }
        note.put(FACTOR, note.path(FACTOR).asLong(1) * factor);
        for (JsonNode node : list) {
            long weight = weight((ObjectNode) node, size);
            if (weight > 0 && pairs.stream().noneMatch(p -> node == p.own || node == p.preview)) {
                put((ObjectNode) node, weight * factor);
            }
        }
        for (Pair pair : pairs) {
            long total = total(pair, size) * factor;
            ObjectNode own = Objects.requireNonNull(pair.own);
            ObjectNode preview = pair.preview;
            if (preview == null) {
                preview = destinations.preview(own, backends);
                list.add(preview);
            }
            put(preview, total * percent / 100);
            put(own, total * (100 - percent) / 100);
        }
    }

    private void join(ArrayNode list, ObjectNode note) {
        int size = list.size();
        long factor = note.path(FACTOR).asLong(1);
        boolean kept = note.path(KEPT).asBoolean(false);
        for (Pair pair : pairs(list)) {
            if (pair.own == null || pair.preview == null) {
                continue;
            }
            put(pair.own, total(pair, size));
            put(pair.preview, 0);
            if (!kept) {
                remove(list, pair.preview);
            }
        }
        boolean divisible = true;
        for (JsonNode node : list) {
            divisible &= node.path(WEIGHT).asLong(0) % factor == 0;
        }
        for (JsonNode node : list) {
            if (divisible && factor > 1 && node.has(WEIGHT)) {
                put((ObjectNode) node, node.get(WEIGHT).longValue() / factor);
            }
        }
        if (note.path(UNSTATED).asBoolean(false)) {
            for (Pair pair : pairs(list)) {
                if (pair.own != null && weight(pair.own, list.size()) == destinations.unstated(list.size())) {
                    pair.own.remove(WEIGHT);
                }
            }
        }
        note.removeAll();
    }

    private static void remove(ArrayNode list, ObjectNode element) {
        for (int i = 0; i < list.size(); i++) {
            if (list.get(i) == element) {
                list.remove(i);
                return;
            }
        }
    }

    private List<Pair> pairs(ArrayNode list) {
        Map<String, Pair> byPort = new LinkedHashMap<>();
        for (JsonNode node : list) {
            if (node instanceof ObjectNode destination) {
                if (destinations.is(destination, backends.service(), backends)) {
                    byPort.computeIfAbsent(destinations.port(destination), p -> new Pair()).own = destination;
                } else if (destinations.is(destination, backends.preview(), backends)) {
                    byPort.computeIfAbsent(destinations.port(destination), p -> new Pair()).preview = destination;
                }
            }
        }
        return new ArrayList<>(byPort.values());
    }

    private long weight(@Nullable ObjectNode destination, int size) {
        if (destination == null) {
            return 0;
        }
        JsonNode weight = destination.get(WEIGHT);
        return weight == null || weight.isNull() ? destinations.unstated(size) : weight.longValue();
    }

    private long total(Pair pair, int size) {
        return weight(pair.own, size) + weight(pair.preview, size);
    }

    private void put(ObjectNode destination, long weight) {
        if (weight > LARGEST) {
            throw new DeployException(
                    "Tried to split the traffic of Service " + backends.service() + ", but that makes a weight of "
                            + weight + ", and " + LARGEST + " is the largest",
                    Details.NONE.remedy("use smaller weights in the same ratios, such as multiples of 100"));
        }
        destination.put(WEIGHT, (int) weight);
    }

    private static ObjectNode notes(ObjectNode object) {
        String text = object.path("metadata").path("annotations").path(NOTES).asString("");
        try {
            return text.isEmpty() ? MAPPER.createObjectNode() : (ObjectNode) MAPPER.readTree(text);
        } catch (tools.jackson.core.JacksonException | ClassCastException damaged) {
            return MAPPER.createObjectNode(); // then the numbers may stay larger than they were; their ratios hold
        }
    }

    private static long gcd(long a, long b) {
        return BigInteger.valueOf(a).gcd(BigInteger.valueOf(b)).longValue();
    }
}
