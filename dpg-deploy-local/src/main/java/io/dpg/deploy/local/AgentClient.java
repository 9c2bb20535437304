package io.dpg.deploy.local;

import io.dpg.deploy.DeployException;
import io.dpg.deploy.DeployException.Details;
import io.dpg.deploy.local.agent.AgentMain;
import io.dpg.deploy.local.agent.Json;
import io.dpg.deploy.spi.StaleFenceException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Asks the agent, and starts it where it does not run. Thread-safe: every call has a connection of its own. */
final class AgentClient {

    private static final int CONNECT_MILLIS = 2_000;
    private static final int ANSWER_MILLIS = 15_000;
    private static final int START_LOOKS = 1_200;
    private static final int LOOK_MILLIS = 25;

    private final Settings settings;
    private final AgentStarter starter;
    private volatile boolean fits;

    AgentClient(Settings settings) {
        this.settings = settings;
        this.starter = new AgentStarter(settings);
    }

    /** Returns whether an agent runs, or has died; not before the first, nor after a shutdown. */
    boolean expectsAgent() {
        return Files.exists(settings.folder().resolve(AgentMain.CONTROL_FILE));
    }

    /** Returns whether an agent ever worked in the folder; before that there is nothing to ask for. */
    boolean everStarted() {
        return Files.exists(settings.folder().resolve("state.json"));
    }

    /** Asks with {@code fence}, starting the agent where needed. */
    Json change(long fence, Json request) {
        Json answer = call(request.put("fence", fence));
        if (answer.has("stale")) {
            throw new StaleFenceException(settings.key(), fence, answer.number("stale"));
        }
        return answer;
    }

    /** Asks, starting the agent where needed. */
    Json call(Json request) {
        String command = request.text("command");
        try {
            Json control = control();
            if (!fits || control == null) {
                checkFit();
                control = control();
            }
            Json answer = control == null ? null : exchange(control, request, ANSWER_MILLIS);
            if (answer == null) {
                start();
                answer = exchange(controlOrFail(), request, ANSWER_MILLIS);
            }
            return understood(command, answer);
        } catch (IOException e) {
            throw new DeployException(
                    "Tried to " + command + ", but the agent of " + settings.folder() + " did not answer: "
                            + e.getMessage(),
                    details("repeat it; if that does not help, look into " + starter.log())
                            .mayRetry(),
                    e);
        }
    }

    /** Asks only where an agent runs; waits {@code millis} for the answer. */
    Optional<Json> ask(Json request, int millis) throws IOException {
        Json control = control();
        return Optional.ofNullable(control == null ? null : exchange(control, request, millis));
    }

    private Json understood(String command, @Nullable Json answer) throws IOException {
        if (answer == null || answer.has("denied")) {
            throw new IOException("the agent has just been replaced");
        }
        String refused = answer.textOrNull("refused");
        if (refused != null) {
            throw new DeployException(
                    "Tried to " + command + " on " + settings.key() + ", but " + refused,
                    details(String.valueOf(answer.textOrNull("remedy"))));
        }
        if (answer.has("failed")) {
            throw new IOException(answer.text("failed"));
        }
        return answer;
    }

    /** Checks once that the running agent is the one these settings describe. */
    private void checkFit() throws IOException {
        Json about = ask(Json.object().put("command", "about"), ANSWER_MILLIS).orElse(null);
        if (about == null) {
            start();
            about = exchange(controlOrFail(), Json.object().put("command", "about"), ANSWER_MILLIS);
        }
        if (about == null || !about.has("protocol")) {
            throw new IOException("the agent has just been replaced");
        }
        boolean otherPort = settings.port() != 0 && settings.port() != about.small("proxyPort");
        if (otherPort || !settings.address().equals(about.text("address"))) {
            throw new DeployException(
                    "Tried to use " + settings.key() + " with the address " + settings.address() + " and port "
                            + settings.port() + ", but its agent listens on " + about.text("address") + ":"
                            + about.number("proxyPort"),
                    details("give that address and port, or call shutdown() first"));
        }
        if (about.number("protocol") != AgentMain.PROTOCOL) {
            throw new DeployException(
                    "Tried to use " + settings.key() + ", but its agent is of another version of dpg-deploy-local",
                    details("end process " + about.number("pid")
                            + "; its instances go on, and a new agent adopts them"));
        }
        fits = true;
    }

    private Json controlOrFail() throws IOException {
        Json control = control();
        if (control == null) {
            throw new IOException("it has just ended");
        }
        return control;
    }

    private @Nullable Json control() {
        Path file = settings.folder().resolve(AgentMain.CONTROL_FILE);
        try {
            return Files.exists(file) ? Json.parse(Files.readString(file)) : null;
        } catch (IOException | IllegalArgumentException e) {
            return null; // being replaced at this moment
        }
    }

    /** Returns the answer, or null where nobody listens there any more. */
    private static @Nullable Json exchange(Json control, Json request, int millis) throws IOException {
        try (Socket socket = new Socket()) {
            try {
                socket.connect(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), control.small("port")), CONNECT_MILLIS);
            } catch (IOException e) {
                return null;
            }
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(millis);
            request.put("token", control.text("token"));
            socket.getOutputStream().write((request + "\n").getBytes(StandardCharsets.UTF_8));
            String line = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))
                    .readLine();
            if (line == null) {
                throw new IOException("it ended the connection");
            }
            Json answer = Json.parse(line);
            // On the port of an agent that has died another program may listen, or this very connection end: a
            // connection to a free local port can meet itself, and then hears what it said.
            return answer.has("denied") || answer.has("token") ? null : answer;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private void start() throws IOException {
        fits = false;
        Process process = starter.start();
        for (int look = 0; look < START_LOOKS; look++) {
            try {
                if (ask(Json.object().put("command", "about"), CONNECT_MILLIS).isPresent()) {
                    return;
                }
            } catch (IOException notYet) {
                // A host under load, or another program on the port of the agent that died: look again, not for ever.
                look += CONNECT_MILLIS / LOOK_MILLIS;
            }
            if (pause(process) && process.exitValue() != AgentMain.SECOND_AGENT) {
                throw new IOException(
                        "it ended with exit code " + process.exitValue() + ", saying: " + starter.lastLine());
            }
        }
        throw new IOException("it did not begin to answer within " + START_LOOKS * LOOK_MILLIS / 1000 + " s");
    }

    /** Waits a moment; returns whether {@code process} has ended. */
    private static boolean pause(Process process) throws IOException {
        try {
            if (process.isAlive()) {
                return process.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS);
            }
            new java.util.concurrent.CountDownLatch(1).await(LOOK_MILLIS, TimeUnit.MILLISECONDS);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new java.io.InterruptedIOException("interrupted while the agent started");
        }
    }

    private Details details(String remedy) {
        return Details.NONE.at("local", settings.key()).remedy(remedy);
    }
}
