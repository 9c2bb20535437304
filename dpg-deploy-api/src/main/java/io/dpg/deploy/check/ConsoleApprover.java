package io.dpg.deploy.check;

import io.dpg.deploy.Plan;
import io.dpg.deploy.engine.SystemTime;
import io.dpg.deploy.engine.Threads;
import io.dpg.deploy.spi.Message;
import io.dpg.deploy.spi.Time;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks in the terminal: prints the plan and a question, and takes {@code yes} or {@code no}, with a comment behind it,
 * from one line. Whoever sits there answers as {@link #as the given user}. Requests are asked one after the other; one
 * that expired meanwhile is left out. At the end of the input nobody is asked any more.
 *
 * <p>Thread-safe. One daemon thread reads the input, from the first question on.
 */
public final class ConsoleApprover implements Approver {

    private static final Logger LOG = LoggerFactory.getLogger(ConsoleApprover.class);
    private static final ThreadFactory THREADS = Threads.factory("console");

    private final InputStream in;
    private final PrintStream out;
    private final String user;
    private final Time time;
    private final Deque<Asked> waiting = new ArrayDeque<>();
    private boolean reading;
    private boolean ended;

    private record Asked(ApprovalRequest request, Consumer<Message> answer) {}

    private ConsoleApprover(InputStream in, PrintStream out, String user, Time time) {
        this.in = in;
        this.out = out;
        this.user = user;
        this.time = time;
    }

    /** Returns an approver on this process's terminal, for the user who is logged in. */
    public static ConsoleApprover standard() {
        return of(System.in, System.out);
    }

    /** Returns an approver that reads lines from {@code in} and prints on {@code out}. */
    public static ConsoleApprover of(InputStream in, PrintStream out) {
        return new ConsoleApprover(
                Objects.requireNonNull(in, "in"),
                Objects.requireNonNull(out, "out"),
                System.getProperty("user.name", ""),
                SystemTime.INSTANCE);
    }

    /** Returns an approver that answers as {@code user}; default the system property {@code user.name}. */
    public ConsoleApprover as(String user) {
        return new ConsoleApprover(in, out, Objects.requireNonNull(user, "user"), time);
    }

    /** Returns an approver that dates answers by {@code time}; default this machine's. */
    public ConsoleApprover at(Time time) {
        return new ConsoleApprover(in, out, user, Objects.requireNonNull(time, "time"));
    }

    @Override
    public synchronized void ask(ApprovalRequest request, Consumer<Message> answer) {
        if (ended) {
            LOG.info("The console's input has ended; nobody is asked to approve rollout {}", request.rollout());
            return;
        }
        waiting.addLast(new Asked(request, answer));
        if (waiting.size() == 1) {
            print(request);
        }
        if (!reading) {
            reading = true;
            THREADS.newThread(this::read).start();
        }
    }

    private void read() {
        // Not closed: the input belongs to the process.
        BufferedReader lines = new BufferedReader(new InputStreamReader(in, Charset.defaultCharset()));
        try {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                line(line.strip());
            }
        } catch (IOException e) {
            LOG.warn("The console cannot be read any more", e);
        }
        end();
    }

    private synchronized void end() {
        ended = true;
        for (Asked asked : waiting) {
            out.println("The input has ended; " + asked.request().release() + " waits for consent from elsewhere.");
        }
        out.flush();
        waiting.clear();
    }

    private synchronized void line(String line) {
        Asked asked = waiting.peekFirst();
        if (asked == null || line.isEmpty()) {
            return;
        }
        if (!time.now().isBefore(asked.request().expiresAt())) {
            // What was typed was meant for the question on the screen, so it answers no other one.
            out.println("The time to answer is over; this does not count.");
            next();
            return;
        }
        String[] words = line.split("\\s+", 2);
        String comment = words.length > 1 ? words[1] : "";
        switch (words[0].toLowerCase(Locale.ROOT)) {
            case "yes", "y" -> say(asked, asked.request().approve(user, comment, time.now()));
            case "no", "n" -> say(asked, asked.request().reject(user, comment, time.now()));
            default -> {
                out.print("Please answer yes or no, and a comment if you like: ");
                out.flush();
                return;
            }
        }
        next();
    }

    private static void say(Asked asked, Message message) {
        try {
            asked.answer().accept(message);
        } catch (RuntimeException e) {
            // The next question must still be asked.
            LOG.warn(
                    "The answer to rollout {} could not be delivered",
                    asked.request().rollout(),
                    e);
        }
    }

    private void next() {
        waiting.removeFirst();
        while (!waiting.isEmpty()
                && !time.now().isBefore(waiting.getFirst().request().expiresAt())) {
            waiting.removeFirst();
        }
        if (!waiting.isEmpty()) {
            print(waiting.getFirst().request());
        }
    }

    private void print(ApprovalRequest request) {
        out.println();
        out.println(request.plan());
        if (request.isRequester(user)) {
            out.println("You asked for this rollout yourself, so your consent does not count; you can still refuse.");
        }
        out.print("Roll out " + request.release() + "? It is asked for by " + request.requestedBy() + " and needs "
                + request.policy().minimum() + (request.policy().minimum() == 1 ? " consent" : " consents")
                + " within " + Plan.text(request.policy().expires()) + ". yes/no [comment]: ");
        out.flush();
    }
}
