package io.dpg.deploy.aws.internal.journal;

import io.dpg.deploy.aws.internal.journal.TargetState.Entry;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;

/** How the lists of rollouts look in their item: JSON, one array of number, id, next, last and a mark for each. */
final class Entries {

    private static final JsonMapper MAPPER = new JsonMapper();

    private Entries() {}

    static String write(List<Entry> entries) {
        ArrayNode all = MAPPER.createArrayNode();
        for (Entry e : entries) {
            ArrayNode one = all.addArray()
                    .add(e.number())
                    .add(e.rollout())
                    .add(e.next())
                    .add(e.last());
            if (e.doomed()) {
                one.add("doomed");
            }
        }
        return MAPPER.writeValueAsString(all);
    }

    static List<Entry> read(String text) {
        List<Entry> entries = new ArrayList<>();
        for (JsonNode one : MAPPER.readTree(text)) {
            entries.add(new Entry(
                    one.required(0).longValue(),
                    one.required(1).stringValue(),
                    one.required(2).longValue(),
                    one.required(3).stringValue(),
                    one.size() > 4));
        }
        return entries;
    }
}
