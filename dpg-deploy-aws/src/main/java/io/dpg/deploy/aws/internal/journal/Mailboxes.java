package io.dpg.deploy.aws.internal.journal;

import static io.dpg.deploy.aws.internal.journal.Table.number;
import static io.dpg.deploy.aws.internal.journal.Table.text;

import io.dpg.deploy.spi.JournalText;
import io.dpg.deploy.spi.Message;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The messages to each rollout, numbered without gaps, so that a reader never sees one appear before an earlier one. */
final class Mailboxes {

    /** The longest message, in characters of JSON. */
    static final int LONGEST = 300_000;

    /** When a message is removed by DynamoDB: those to rollouts that never were would stay for ever. */
    private static final Duration KEPT = Duration.ofDays(400);

    private final Table table;

    Mailboxes(Table table) {
        this.table = table;
    }

    static String key(String rollout) {
        return "messages#" + rollout;
    }

    /** Posts {@code line}; empty where another message was faster. */
    Optional<Boolean> post(String rollout, Message message, String line, String writer) {
        String what = "post a message to rollout " + rollout;
        Optional<Map<String, AttributeValue>> last = table.last(what, key(rollout));
        if (last.filter(item -> item.get("writer").s().equals(writer)).isPresent()) {
            return Optional.of(true); // an earlier attempt wrote it, and its answer was lost
        }
        long next =
                last.map(item -> Long.parseLong(item.get(Table.SORT).s()) + 1).orElse(0L);
        Map<String, AttributeValue> item = new HashMap<>();
        item.put(Table.KEY, text(key(rollout)));
        item.put(Table.SORT, text(String.format("%010d", next)));
        item.put("text", text(line));
        item.put("writer", text(writer));
        item.put(Table.EXPIRES, number(message.at().plus(KEPT).getEpochSecond()));
        return table.put(what, item, "attribute_not_exists(pk)", Map.of()) ? Optional.of(true) : Optional.empty();
    }

    List<Message> read(String rollout) {
        return table.query("read the messages to rollout " + rollout, key(rollout), "").stream()
                .map(item -> JournalText.message(item.get("text").s()))
                .toList();
    }
}
