package io.dpg.deploy.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.dpg.deploy.Release;
import io.dpg.deploy.spi.Message;
import io.dpg.deploy.testkit.VirtualTime;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ConsoleApproverTest {

    private final VirtualTime time = new VirtualTime();
    private final ByteArrayOutputStream screen = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(screen, true, StandardCharsets.UTF_8);
    private final BlockingQueue<Message> answers = new LinkedBlockingQueue<>();

    private ApprovalRequest request(String version, Duration expires) {
        return new ApprovalRequest(
                "r-" + version,
                Release.of("shop", version),
                ApprovalTest.PLAN,
                "rita",
                new ApprovalPolicy(1, expires, false),
                time.now());
    }

    private ConsoleApprover typing(String lines) {
        return ConsoleApprover.of(new ByteArrayInputStream(lines.getBytes(StandardCharsets.UTF_8)), out)
                .as("alice")
                .at(time);
    }

    private Message answer() throws InterruptedException {
        return answers.poll(10, TimeUnit.SECONDS);
    }

    @Test
    void showsThePlanAndTakesYesWithAComment() throws Exception {
        typing("yes  all tests are green\n").ask(request("2.0.0", Duration.ofHours(1)), answers::add);
        assertThat(answer()).isEqualTo(new Message(Message.Kind.APPROVE, "alice", "all tests are green", time.now()));
        assertThat(screen.toString(StandardCharsets.UTF_8))
                .contains("Plan: shop 2.0.0 on sim:shop")
                .contains("Roll out shop 2.0.0? It is asked for by rita and needs 1 consent within 1 h.");
    }

    @Test
    void takesNo() throws Exception {
        typing("No freeze week\n").ask(request("2.0.0", Duration.ofHours(1)), answers::add);
        assertThat(answer()).isEqualTo(new Message(Message.Kind.REJECT, "alice", "freeze week", time.now()));
    }

    @Test
    void asksAgainWhereTheAnswerIsNeither() throws Exception {
        typing("perhaps\n\ny\n").ask(request("2.0.0", Duration.ofHours(1)), answers::add);
        assertThat(answer().kind()).isEqualTo(Message.Kind.APPROVE);
        assertThat(screen.toString(StandardCharsets.UTF_8)).contains("Please answer yes or no");
    }

    @Test
    void tellsTheRequesterThatTheirOwnConsentWillNotCount() throws Exception {
        typing("no\n").as("RITA").ask(request("2.0.0", Duration.ofHours(1)), answers::add);
        assertThat(answer().by()).isEqualTo("RITA");
        assertThat(screen.toString(StandardCharsets.UTF_8)).contains("your consent does not count");
    }

    @Test
    void asksOneQuestionAfterTheOther() throws Exception {
        PipedOutputStream keyboard = new PipedOutputStream();
        ConsoleApprover approver = ConsoleApprover.of(new PipedInputStream(keyboard), out)
                .as("alice")
                .at(time);
        BlockingQueue<Message> second = new LinkedBlockingQueue<>();
        approver.ask(request("2.0.0", Duration.ofHours(1)), answers::add);
        approver.ask(request("3.0.0", Duration.ofHours(1)), second::add);
        assertThat(screen.toString(StandardCharsets.UTF_8)).doesNotContain("3.0.0");
        type(keyboard, "yes\n");
        assertThat(answer().kind()).isEqualTo(Message.Kind.APPROVE);
        type(keyboard, "no\n");
        assertThat(second.poll(10, TimeUnit.SECONDS).kind()).isEqualTo(Message.Kind.REJECT);
        assertThat(screen.toString(StandardCharsets.UTF_8)).contains("3.0.0");
    }

    @Test
    void anAnswerToAnExpiredQuestionAnswersNoOtherOne() throws Exception {
        PipedOutputStream keyboard = new PipedOutputStream();
        ConsoleApprover approver = ConsoleApprover.of(new PipedInputStream(keyboard), out)
                .as("alice")
                .at(time);
        BlockingQueue<Message> second = new LinkedBlockingQueue<>();
        approver.ask(request("2.0.0", Duration.ofMinutes(1)), answers::add);
        approver.ask(request("3.0.0", Duration.ofHours(1)), second::add);
        time.advance(Duration.ofMinutes(2));
        type(keyboard, "yes meant for the first\nyes meant for the second\n");
        assertThat(second.poll(10, TimeUnit.SECONDS).comment()).isEqualTo("meant for the second");
        assertThat(answers).isEmpty();
    }

    private static void type(PipedOutputStream keyboard, String text) throws IOException {
        keyboard.write(text.getBytes(StandardCharsets.UTF_8));
        keyboard.flush();
    }
}
