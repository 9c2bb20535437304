package io.dpg.deploy.spi;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * How a journal's records and messages look as text: one line of JSON in ASCII each, so that any store keeps them as they
 * are. For authors of journals. Readers ignore fields that they do not know.
 *
 * <p>A line may carry the number of its writer: by it, one whose answer was lost finds out whether it wrote.
 */
public final class JournalText {

    // Log lines are cut anywhere, also inside a surrogate pair; only escapes bring back half a pair.
    private static final JsonMapper MAPPER =
            JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    private static final SecureRandom RANDOM = new SecureRandom();

    private JournalText() {}

    /** Returns a new number for a writer, of 16 hexadecimal digits. */
    public static String newWriter() {
        byte[] bytes = new byte[8];
        RANDOM.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /** Returns the line of {@code record}. */
    public static String write(JournalRecord record) {
        return line(record, null);
    }

    /** Returns the line of {@code record} written by {@code writer}. */
    public static String write(JournalRecord record, String writer) {
        return line(record, writer);
    }

    /** Returns the line of {@code message}. */
    public static String write(Message message) {
        return line(message, null);
    }

    /** Returns the line of {@code message} written by {@code writer}. */
    public static String write(Message message, String writer) {
        return line(message, writer);
    }

    /**
     * Returns the record of {@code line}.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static JournalRecord record(String line) {
        return read(line, node -> {
            Map<String, String> data = new LinkedHashMap<>();
            for (Map.Entry<String, JsonNode> entry : node.required("data").properties()) {
                data.put(entry.getKey(), entry.getValue().stringValue());
            }
            return new JournalRecord(
                    text(node, "rollout"),
                    text(node, "target"),
                    node.required("sequence").longValue(),
                    node.required("fence").longValue(),
                    Instant.parse(text(node, "at")),
                    JournalRecord.Kind.valueOf(text(node, "kind")),
                    data);
        });
    }

    /**
     * Returns the message of {@code line}.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static Message message(String line) {
        return read(
                line,
                node -> new Message(
                        Message.Kind.valueOf(text(node, "kind")),
                        text(node, "by"),
                        text(node, "comment"),
                        Instant.parse(text(node, "at"))));
    }

    /**
     * Returns the number of the one who wrote {@code line}, where it carries one.
     *
     * @throws IllegalArgumentException if it is no line of JSON
     */
    public static Optional<String> writer(String line) {
        return read(line, node -> node.has("writer") ? Optional.of(text(node, "writer")) : Optional.empty());
    }

    private static String line(JournalRecord record, @Nullable String writer) {
        ObjectNode node = MAPPER.createObjectNode()
                .put("rollout", record.rollout())
                .put("target", record.target())
                .put("sequence", record.sequence())
                .put("fence", record.fence())
                .put("at", record.at().toString())
                .put("kind", record.kind().name());
        if (writer != null) {
            node.put("writer", writer);
        }
        ObjectNode data = node.putObject("data");
        new TreeMap<>(record.data()).forEach(data::put);
        return MAPPER.writeValueAsString(node);
    }

    private static String line(Message message, @Nullable String writer) {
        ObjectNode node = MAPPER.createObjectNode()
                .put("kind", message.kind().name())
                .put("by", message.by())
                .put("comment", message.comment())
                .put("at", message.at().toString());
        if (writer != null) {
            node.put("writer", writer);
        }
        return MAPPER.writeValueAsString(node);
    }

    private interface Parser<T> {
        T parse(JsonNode node);
    }

    private static <T> T read(String line, Parser<T> parser) {
        try {
            return parser.parse(MAPPER.readTree(line));
        } catch (JacksonException | java.time.DateTimeException e) {
            throw new IllegalArgumentException(
                    "Tried to read an entry of a journal, but this is none; it was cut or changed by others", e);
        }
    }

    private static String text(JsonNode node, String field) {
        return node.required(field).stringValue();
    }
}
