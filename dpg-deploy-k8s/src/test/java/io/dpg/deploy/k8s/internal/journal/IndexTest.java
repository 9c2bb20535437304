package io.dpg.deploy.k8s.internal.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.dpg.deploy.k8s.internal.journal.Index.Entry;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which rollouts are kept: none that a way back or a person may need. */
class IndexTest {

    @Test
    void theNewestFinishedOnesAreKept() {
        assertThat(index("a:x", "b:x", "c:x").pruned(2).ids()).containsExactly("b", "c");
        assertThat(index("a:x", "b:x").pruned(2).ids()).containsExactly("a", "b");
        assertThat(index("a:x").pruned(0).ids()).isEmpty();
    }

    @Test
    void unfinishedOnesAreKeptAndCountForNothing() {
        assertThat(index("a:", "b:x", "c:", "d:x", "e:x").pruned(2).ids()).containsExactly("a", "c", "d", "e");
    }

    @Test
    void whatWasPromotedLastIsKeptHoweverManyFailedSince() {
        List<String> all = new ArrayList<>();
        for (int i = 0; i < Index.PROMOTED + 2; i++) {
            all.add("p" + i + ":Promoted");
        }
        for (int i = 0; i < 100; i++) {
            all.add("x" + i + ":RolledBack");
        }
        List<String> kept = index(all.toArray(String[]::new)).pruned(3).ids();
        assertThat(kept).hasSize(Index.PROMOTED + 3).startsWith("p2").endsWith("x97", "x98", "x99");
    }

    @Test
    void theNewestOneThatMovedTheSchemaIsKept() {
        assertThat(index("a:x!", "b:x!", "c:x", "d:x").pruned(1).ids()).containsExactly("b", "d");
    }

    @Test
    void itReadsWhatItWrites() {
        Index index = index("a:", "b \"ü\\:Promoted", "c:x!");
        assertThat(Index.read(index.text())).isEqualTo(index);
        assertThat(Index.read(null).ids()).isEmpty();
    }

    /** Of texts such as {@code id:outcome}, without outcome while unfinished, with {@code !} where the schema moved. */
    private static Index index(String... texts) {
        List<Entry> entries = new ArrayList<>();
        for (String text : texts) {
            String[] parts = text.split(":", 2);
            entries.add(
                    new Entry(parts[0], parts[1].isEmpty() ? null : parts[1].replace("!", ""), parts[1].endsWith("!")));
        }
        return new Index(entries);
    }
}
