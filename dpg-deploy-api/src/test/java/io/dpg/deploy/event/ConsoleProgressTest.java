package io.dpg.deploy.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.dpg.deploy.RolloutResult;
import io.dpg.deploy.check.Judgement;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ConsoleProgressTest {

    private final ByteArrayOutputStream screen = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(screen, false, StandardCharsets.UTF_8);

    private String plain(List<? extends Event> events) {
        ConsoleProgress progress = ConsoleProgress.plain(out);
        events.forEach(progress::on);
        return screen.toString(StandardCharsets.UTF_8);
    }

    private String live(int columns, List<? extends Event> events) {
        ConsoleProgress progress = ConsoleProgress.live(out, columns, StandardCharsets.UTF_8);
        events.forEach(progress::on);
        return screen.toString(StandardCharsets.UTF_8);
    }

    /** Returns {@code text} with the plan's table, which has tests of its own, replaced by a word. */
    private static String withoutPlan(String indent, String text) {
        String table = Events.plan()
                .toString()
                .lines()
                .filter(line -> !line.isBlank())
                .map(line -> indent + line.stripTrailing() + "\n")
                .collect(Collectors.joining());
        return text.replaceAll(" *\\R", "\n").replace(table, indent + "PLAN\n");
    }

    /** Returns what a terminal shows of {@code written} in the end: a carriage return goes back to the first column. */
    private static String shown(String written) {
        StringBuilder all = new StringBuilder();
        for (String line : written.split("\n", -1)) {
            StringBuilder row = new StringBuilder();
            for (String part : line.split("\r", -1)) {
                row.replace(0, Math.min(part.length(), row.length()), part);
            }
            all.append(row.toString().stripTrailing()).append('\n');
        }
        return all.toString().stripTrailing() + "\n";
    }

    @Test
    void aLogHasOneLineAnEventAndNothingButText() {
        assertThat(withoutPlan("    ", plain(Events.rolledBack()))).isEqualToNormalizingNewlines("""
                2026-01-01T00:00:00Z  sim:shop  Started the rollout of shop 1.4.0: canary 10, 100 %, 3 steps
                    PLAN
                2026-01-01T00:00:00Z  sim:shop  Step 1 of 3: launch 2 instances of 1.4.0 in green
                2026-01-01T00:00:02Z  sim:shop  Step 1 of 3 for 2 s: blue 1.3.9 4/4 ready 100 %, green 1.4.0 1/2 ready 0 %
                2026-01-01T00:00:05Z  sim:shop  Step 1 of 3 done in 5 s: launch 2 instances of 1.4.0 in green
                2026-01-01T00:00:06Z  sim:shop  Check 'health' passed after 12 ms: 200 as expected
                2026-01-01T00:00:06Z  sim:shop  Step 2 of 3: shift traffic to blue 90 % / green 10 %
                2026-01-01T00:00:08Z  sim:shop  Step 2 of 3 done in 2 s: shift traffic to blue 90 % / green 10 %
                2026-01-01T00:00:08Z  sim:shop  Step 3 of 3: watch for 15 min: error-rate
                2026-01-01T00:00:38Z  sim:shop  Step 3 of 3 for 30 s, 14 min 30 s left: blue 1.3.9 4/4 ready 90 %, green 1.4.0 2/2 ready 10 %
                2026-01-01T00:01:08Z  sim:shop  Analysis 'error-rate' says inconclusive: 0.2 is not below 0.05
                2026-01-01T00:01:38Z  sim:shop  Analysis 'error-rate' says fail: 0.3 is not below 0.05
                2026-01-01T00:01:38Z  sim:shop  Failed: error-rate 0.3 is not below 0.05
                    exit code 1
                    OutOfMemory
                2026-01-01T00:01:38Z  sim:shop  Going back in 1 step: error-rate is bad
                    shift traffic to blue 100 % / green 0 %
                2026-01-01T00:02:10Z  sim:shop  Rolled back shop 1.4.0 on sim:shop in 2 min 10 s (detected after 1 min 35 s, recovered after 2 s): error-rate 0.3 is not below 0.05
                    warning: the weights were slow
                """);
    }

    @Test
    void aLogShowsProgressEveryThirtySecondsOrWhenSomethingChanged() {
        String text = plain(List.of(
                Events.begun(0, 3, Events.BAKE),
                Events.progress(1, 3, Events.BAKE, 1, 899L, Events.observed(2, 10)),
                Events.progress(2, 3, Events.BAKE, 2, 898L, Events.observed(2, 10)),
                Events.progress(30, 3, Events.BAKE, 30, 870L, Events.observed(2, 10)),
                Events.progress(31, 3, Events.BAKE, 31, 869L, Events.observed(2, 10)),
                Events.progress(33, 3, Events.BAKE, 33, 867L, Events.observed(1, 10)),
                Events.progress(34, 3, Events.BAKE, 34, 866L, Events.observed(1, 10))));
        assertThat(text.lines().skip(1).map(line -> line.replaceAll(".*for (\\d+ s).*", "$1")))
                .containsExactly("1 s", "31 s", "33 s");
    }

    @Test
    void aLogRepeatsNeitherAWaitNorAVerdictThatStaysTheSame() {
        String text = plain(List.of(
                waiting(0, "0 of 1"),
                waiting(10, "0 of 1"),
                waiting(20, "1 of 2"),
                waiting(619, "1 of 2"),
                waiting(620, "1 of 2"),
                looked(1000, Judgement.pass("0.01")),
                looked(1001, Judgement.pass("0.02")),
                looked(1002, Judgement.fail("0.3")),
                looked(1003, Judgement.fail("0.4")),
                looked(1032, Judgement.fail("0.5"))));
        assertThat(text.lines().map(line -> line.replaceAll(".*: ", "")))
                .containsExactly("0 of 1", "1 of 2", "1 of 2", "0.01", "0.3", "0.5");
    }

    private static Event waiting(long at, String reason) {
        return new Event.GateWaiting(Events.head(at), "approval", reason);
    }

    private static Event looked(long at, Judgement judgement) {
        return new Event.Judged(Events.head(at), "error-rate", judgement);
    }

    @Test
    void aTerminalShowsOneLineAStepAndTheEnd() {
        String written = live(100, Events.rolledBack());
        assertThat(written).doesNotContain("\u001B");
        assertThat(withoutPlan("", shown(written))).isEqualTo("""
                PLAN
                ✓ 1/3 launch 2 instances of 1.4.0 in green  5 s
                  ✓ health: 200 as expected
                ✓ 2/3 shift traffic to blue 90 % / green 10 %  2 s
                  ! error-rate: 0.2 is not below 0.05
                  ✗ error-rate: 0.3 is not below 0.05
                ✗ error-rate 0.3 is not below 0.05
                    exit code 1
                    OutOfMemory
                ↩ Going back in 1 step: error-rate is bad
                ✗ Rolled back shop 1.4.0 on sim:shop in 2 min 10 s (detected after 1 min 35 s, recovered after 2 s): error-rate 0.3 is not below 0.05
                    warning: the weights were slow
                """);
    }

    @Test
    void theLiveLineShowsTimeReadinessAndWeights() {
        String written = live(
                120,
                List.of(
                        Events.progress(2, 1, Events.LAUNCH, 2, null, Events.observed(1, 0)),
                        Events.progress(308, 3, Events.BAKE, 300, 600L, Events.observed(2, 10))));
        assertThat(written.split("\r"))
                .containsExactly(
                        "",
                        "⠋ 1/3 launch 2 instances of 1.4.0 in green  2 s · blue 4/4 · green 1/2  100 ██████████ 0",
                        "⠙ 3/3 watch for 15 min: error-rate  ███░░░░░░░  5 min, 10 min left · blue 4/4 · green 2/2"
                                + "  90 █████████░ 10");
    }

    @Test
    void aShorterLineLeavesNothingOfALongerOne() {
        String written = live(
                120,
                List.of(
                        Events.progress(308, 3, Events.BAKE, 300, 600L, Events.observed(2, 10)),
                        Events.begun(309, 1, Events.LAUNCH)));
        assertThat(shown(written)).isEqualTo("⠙ 1/3 launch 2 instances of 1.4.0 in green\n");
    }

    @Test
    void aLineThatIsDrawnAgainNeverReachesTheLastColumn() {
        String written = live(
                60,
                List.of(
                        Events.progress(308, 3, Events.BAKE, 300, 600L, Events.observed(2, 10)),
                        Events.begun(309, 2, Events.SHIFT),
                        Events.done(310, 2, Events.SHIFT, 1, Events.observed(2, 10)),
                        new Event.GateWaiting(Events.head(311), "approval", "because ".repeat(30))));
        assertThat(written.split("[\r\n]"))
                .allSatisfy(line -> assertThat(line.length()).isLessThan(60));
        assertThat(written).contains("…");
    }

    @Test
    void signsThatTheCharacterSetLacksAreReplaced() {
        ConsoleProgress progress = ConsoleProgress.live(out, 100, StandardCharsets.US_ASCII);
        Events.rolledBack().forEach(progress::on);
        String written = screen.toString(StandardCharsets.UTF_8);
        assertThat(written).isASCII().contains("+ 1/3 launch", "x Rolled back", "####");
    }

    @Test
    void severalRolloutsAreToldApartByTarget() {
        ConsoleProgress progress = ConsoleProgress.live(out, 100, StandardCharsets.UTF_8);
        progress.on(Events.started());
        progress.on(new Event.Started(Events.head("r-2", "sim:cart", 0), Events.plan(), false));
        progress.on(Events.done(5, 1, Events.LAUNCH, 5, Events.observed(2, 0)));
        assertThat(screen.toString(StandardCharsets.UTF_8)).contains("✓ sim:shop 1/3 launch");
    }

    @Test
    void whatAPersonMustDoIsListedInFull() {
        Event stuck = new Event.Finished(
                Events.head(9),
                new RolloutResult.Stuck(
                        Events.summary(true, List.of()), "no way back", "lb is gone", List.of("x".repeat(200))));
        assertThat(live(80, List.of(stuck))).contains("lb is gone", "next:", "x".repeat(200));
    }

    @Test
    void itIsLiveOnlyWhereAPersonWatches() {
        assertThat(ConsoleProgress.isLive(Map.of(), true)).isTrue();
        assertThat(ConsoleProgress.isLive(Map.of(), false)).isFalse();
        assertThat(ConsoleProgress.isLive(Map.of("CI", "true"), true)).isFalse();
        assertThat(ConsoleProgress.isLive(Map.of("TERM", "dumb"), true)).isFalse();
        assertThat(ConsoleProgress.columns("120")).isEqualTo(120);
        assertThat(ConsoleProgress.columns("wide")).isEqualTo(100);
        assertThat(ConsoleProgress.columns(null)).isEqualTo(100);
    }
}
