package io.dpg.deploy.aws.internal.journal;

import static io.dpg.deploy.aws.internal.journal.Table.number;
import static io.dpg.deploy.aws.internal.journal.Table.text;

import io.dpg.deploy.spi.JournalRecord;
import java.util.HashMap;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * The records of each rollout, in items of their own. A record counts only once its target's item names its writer, or a
 * later record does; each names the one before it. So a record that was written, but refused, is never read.
 */
final class Records {

    /** Characters of a record in one item: DynamoDB takes at most 400 KB, all attributes and their names together. */
    static final int PART = 350_000;

    private static final String HEAD = "head";

    private final Table table;

    Records(Table table) {
        this.table = table;
    }

    static String key(String rollout) {
        return "rollout#" + rollout;
    }

    /** Returns the target of {@code rollout}. */
    Optional<String> target(String rollout) {
        return table.get("read rollout " + rollout, key(rollout), HEAD)
                .map(item -> item.get("target").s());
    }

    /** Notes the target of a rollout that begins; false where it is another one's. */
    boolean begin(JournalRecord first) {
        Map<String, AttributeValue> item = new HashMap<>();
        item.put(Table.KEY, text(key(first.rollout())));
        item.put(Table.SORT, text(HEAD));
        item.put("target", text(first.target()));
        return table.put(
                "begin rollout " + first.rollout(),
                item,
                "attribute_not_exists(pk) OR target = :target",
                Map.of(":target", text(first.target())));
    }

    /** Writes {@code line}, which follows the record of the writer {@code previous}. Repeating it changes nothing. */
    void put(JournalRecord record, String line, String writer, String previous) {
        int parts = (line.length() + PART - 1) / PART;
        for (int part = 0; part < parts; part++) {
            Map<String, AttributeValue> item = new HashMap<>();
            item.put(Table.KEY, text(key(record.rollout())));
            item.put(Table.SORT, text(sort(record.sequence(), writer) + String.format("%04d", part)));
            item.put("previous", text(previous));
            item.put("parts", number(parts));
            item.put("text", text(line.substring(part * PART, Math.min(line.length(), (part + 1) * PART))));
            table.put("append to the journal of " + record.target(), item, null, Map.of());
        }
    }

    /** Returns the lines of {@code rollout} that end with {@code entry}; empty where any is missing. */
    Optional<List<String>> lines(String rollout, TargetState.Entry entry) {
        Map<String, Map<String, AttributeValue>> items = new HashMap<>();
        table.query("read rollout " + rollout, key(rollout), "record#")
                .forEach(item -> items.put(item.get(Table.SORT).s(), item));
        LinkedList<String> lines = new LinkedList<>();
        String writer = entry.last();
        for (long sequence = entry.next() - 1; sequence >= 0; sequence--) {
            StringBuilder line = new StringBuilder();
            String sort = sort(sequence, writer);
            int parts = 1;
            for (int part = 0; part < parts; part++) {
                Map<String, AttributeValue> item = items.get(sort + String.format("%04d", part));
                if (item == null) {
                    return Optional.empty();
                }
                parts = Integer.parseInt(item.get("parts").n());
                writer = item.get("previous").s();
                line.append(item.get("text").s());
            }
            lines.addFirst(line.toString());
        }
        return Optional.of(List.copyOf(lines));
    }

    private static String sort(long sequence, String writer) {
        return String.format("record#%010d#%s#", sequence, writer);
    }
}
