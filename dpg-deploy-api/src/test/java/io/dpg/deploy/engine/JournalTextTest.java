package io.dpg.deploy.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dpg.deploy.spi.JournalRecord;
import io.dpg.deploy.spi.JournalText;
import io.dpg.deploy.spi.Message;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JournalTextTest {

    private static final Instant AT = Instant.parse("2026-03-01T12:00:00.123456Z");

    @Test
    void aLineOnDiskFromBeforeIsRead() {
        assertThat(JournalText.record("{\"rollout\":\"r\",\"target\":\"t\",\"sequence\":1,\"fence\":2,"
                        + "\"at\":\"2026-03-01T12:00:00.123456Z\",\"kind\":\"INTENT\",\"data\":{\"a\":\"\\u00fc\"}}"))
                .isEqualTo(new JournalRecord("r", "t", 1, 2, AT, JournalRecord.Kind.INTENT, Map.of("a", "ü")));
        assertThat(JournalText.message("{\"kind\":\"ABORT\",\"by\":\"b\",\"comment\":\"\","
                        + "\"at\":\"2026-03-01T12:00:00.123456Z\"}"))
                .isEqualTo(new Message(Message.Kind.ABORT, "b", "", AT));
    }

    @Test
    void aLineInAClusterFromBeforeIsRead() {
        String line = "{\"kind\":\"INTENT\",\"at\":\"2026-03-01T12:00:00.123456Z\",\"fence\":2,\"sequence\":1,"
                + "\"rollout\":\"r\",\"target\":\"t\",\"writer\":\"0123456789abcdef\",\"data\":{}}";
        assertThat(JournalText.record(line))
                .isEqualTo(new JournalRecord("r", "t", 1, 2, AT, JournalRecord.Kind.INTENT, Map.of()));
        assertThat(JournalText.writer(line)).contains("0123456789abcdef");
    }

    @Test
    void aFileLineIsWrittenAsBefore() {
        assertThat(JournalText.write(
                        new JournalRecord("r", "t", 1, 2, AT, JournalRecord.Kind.DONE, Map.of("b", "1", "a", "ü"))))
                .isEqualTo("{\"rollout\":\"r\",\"target\":\"t\",\"sequence\":1,\"fence\":2,"
                        + "\"at\":\"2026-03-01T12:00:00.123456Z\",\"kind\":\"DONE\","
                        + "\"data\":{\"a\":\"\\u00FC\",\"b\":\"1\"}}");
    }

    @Property(tries = 200)
    void whatIsWrittenIsReadAndIsAscii(@ForAll String key, @ForAll String value, @ForAll long sequence) {
        JournalRecord record =
                new JournalRecord("r" + key, "t" + value, sequence, 7, AT, JournalRecord.Kind.DONE, Map.of(key, value));
        Message message = new Message(Message.Kind.PAUSE, key, value, AT);
        String writer = JournalText.newWriter();
        for (String line : new String[] {JournalText.write(record), JournalText.write(record, writer)}) {
            assertThat(JournalText.record(line)).isEqualTo(record);
            assertThat(line).doesNotContain("\n");
            assertThat(StandardCharsets.US_ASCII.newEncoder().canEncode(line)).isTrue();
        }
        assertThat(JournalText.message(JournalText.write(message))).isEqualTo(message);
        assertThat(JournalText.message(JournalText.write(message, writer))).isEqualTo(message);
        assertThat(JournalText.writer(JournalText.write(record, writer))).contains(writer);
        assertThat(JournalText.writer(JournalText.write(record))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "{}", "[]", "null", "{\"rollout\":\"r\",\"data\":{}}", "{\"data\":{\"a\":1}}"})
    void whatIsNoEntryIsRefused(String line) {
        assertThatThrownBy(() -> JournalText.record(line)).isInstanceOf(IllegalArgumentException.class);
    }
}
