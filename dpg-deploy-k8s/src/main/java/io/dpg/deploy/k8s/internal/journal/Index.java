package io.dpg.deploy.k8s.internal.journal;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The rollouts of a target, oldest first. Kept in its lease, so that it changes together with the fence. Immutable.
 *
 * @param entries the rollouts
 */
record Index(List<Entry> entries) {

    /** How many promoted rollouts are kept besides the newest ones, for ways back: {@value}. */
    static final int PROMOTED = 10;

    private static final JsonMapper MAPPER = new JsonMapper();

    Index {
        entries = List.copyOf(entries);
    }

    /**
     * A rollout.
     *
     * @param id its id
     * @param outcome how it ended, or null while it has not
     * @param schema whether it moved the database schema past what was stable
     */
    record Entry(String id, @Nullable String outcome, boolean schema) {
        boolean open() {
            return outcome == null;
        }

        boolean promoted() {
            return "Promoted".equals(outcome);
        }
    }

    static Index read(@Nullable String text) {
        List<Entry> entries = new ArrayList<>();
        for (JsonNode node : text == null ? MAPPER.createArrayNode() : MAPPER.readTree(text)) {
            JsonNode outcome = node.get("outcome");
            entries.add(new Entry(
                    node.required("id").stringValue(),
                    outcome == null ? null : outcome.stringValue(),
                    node.has("schemaMoved")));
        }
        return new Index(entries);
    }

    String text() {
        ArrayNode all = MAPPER.createArrayNode();
        for (Entry entry : entries) {
            ObjectNode node = all.addObject().put("id", entry.id());
            if (!entry.open()) {
                node.put("outcome", entry.outcome());
            }
            if (entry.schema()) {
                node.put("schemaMoved", true);
            }
        }
        return MAPPER.writeValueAsString(all);
    }

    boolean has(String id) {
        return entries.stream().anyMatch(e -> e.id().equals(id));
    }

    List<String> ids() {
        return entries.stream().map(Entry::id).toList();
    }

    List<String> open() {
        return entries.stream().filter(Entry::open).map(Entry::id).toList();
    }

    Index with(Entry entry) {
        return edit(all -> {
            all.add(entry);
            return all;
        });
    }

    Index without(String id) {
        return edit(all -> {
            all.removeIf(e -> e.id().equals(id));
            return all;
        });
    }

    /** Returns a copy in which {@code ended} replaces the rollout of that id, where it is known. */
    Index ended(Entry ended) {
        return edit(all -> {
            all.replaceAll(e -> e.id().equals(ended.id()) ? ended : e);
            return all;
        });
    }

    /**
     * Returns a copy that keeps what is unfinished, the newest {@code kept} finished ones and, for the sake of rollbacks,
     * the newest {@value #PROMOTED} promoted ones and the newest one that moved the schema.
     */
    Index pruned(int kept) {
        Set<String> keep = new HashSet<>();
        int finished = 0;
        int promoted = 0;
        boolean schema = false;
        for (int i = entries.size() - 1; i >= 0; i--) {
            Entry entry = entries.get(i);
            boolean wanted = entry.open() || finished < kept;
            finished += entry.open() ? 0 : 1;
            if (entry.promoted() && promoted++ < PROMOTED) {
                wanted = true;
            }
            if (entry.schema() && !schema) {
                schema = true;
                wanted = true;
            }
            if (wanted) {
                keep.add(entry.id());
            }
        }
        return edit(all -> {
            all.removeIf(e -> !keep.contains(e.id()));
            return all;
        });
    }

    private Index edit(UnaryOperator<List<Entry>> change) {
        return new Index(change.apply(new ArrayList<>(entries)));
    }
}
