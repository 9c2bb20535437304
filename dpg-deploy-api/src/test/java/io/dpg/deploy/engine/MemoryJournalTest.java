package io.dpg.deploy.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.dpg.deploy.Journals;
import io.dpg.deploy.spi.Journal;
import io.dpg.deploy.spi.JournalRecord;
import io.dpg.deploy.spi.JournalRecord.Kind;
import io.dpg.deploy.spi.Message;
import io.dpg.deploy.testkit.JournalContract;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MemoryJournalTest extends JournalContract {

    private final Journal journal = Journals.inMemory();

    @Override
    protected Journal journal() {
        return journal;
    }

    @Test
    void forgetsFinishedRolloutsAndTheirMessagesOldestFirst() {
        Journal small = Journals.inMemory(2);
        Instant now = Instant.EPOCH;
        long fence = small.acquire("t", "a", Duration.ofSeconds(1), now)
                .orElseThrow()
                .fence()
                .number();
        for (int i = 0; i < 5; i++) {
            small.append(new JournalRecord("r" + i, "t", 0, fence, now, Kind.STARTED, Map.of()));
            small.post("r" + i, new Message(Message.Kind.PAUSE, "a", "", now));
        }
        for (int i : new int[] {3, 0, 1, 4}) {
            small.append(new JournalRecord("r" + i, "t", 1, fence, now, Kind.FINISHED, Map.of()));
        }
        assertThat(small.rollouts("t")).containsExactly("r2", "r3", "r4");
        assertThat(small.read("r0")).isEmpty();
        assertThat(IntStream.range(0, 5).mapToObj(i -> small.messages("r" + i).size()))
                .containsExactly(0, 0, 1, 1, 1);
    }

    @Test
    void keepsNoFewerThanNone() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Journals.inMemory(-1))
                .withMessageContaining("-1");
    }
}
