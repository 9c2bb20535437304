package io.dpg.deploy.local.agent;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.function.Supplier;

/** Answers the library, on this host only: one JSON object a line each way, each request with the token. */
final class ControlServer implements Closeable {

    private static final int PATIENCE_MILLIS = 60_000;
    private static final long LONGEST_WATCH_MILLIS = 20_000;

    private final ServerSocket server;
    private final byte[] token;
    private final Supervisor supervisor;
    private final Commands commands;
    private final Supplier<Json> about;
    private final ExecutorService threads = Workers.perTask("control");

    /** Listens on a port that the system picks; {@code about} tells who answers. */
    ControlServer(String token, Supervisor supervisor, Supplier<Json> about) throws IOException {
        this.server = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
        this.token = token.getBytes(StandardCharsets.UTF_8);
        this.supervisor = supervisor;
        this.commands = new Commands(supervisor);
        this.about = about;
    }

    int port() {
        return server.getLocalPort();
    }

    void start() {
        Workers.start("control", () -> {
            while (!server.isClosed()) {
                try {
                    Socket socket = server.accept();
                    threads.execute(() -> serve(socket));
                } catch (IOException e) {
                    // closed, or out of descriptors; the next one may do
                }
            }
        });
    }

    private void serve(Socket socket) {
        try (Socket connection = socket) {
            connection.setSoTimeout(PATIENCE_MILLIS);
            connection.setTcpNoDelay(true);
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8));
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                Json answer = answer(line);
                connection.getOutputStream().write((answer + "\n").getBytes(StandardCharsets.UTF_8));
                if (answer.has("denied")) {
                    return;
                }
            }
        } catch (IOException e) {
            // the caller has gone
        }
    }

    private Json answer(String line) {
        String command = "answer";
        try {
            Json request = Json.parse(line);
            byte[] given = String.valueOf(request.textOrNull("token")).getBytes(StandardCharsets.UTF_8);
            if (!MessageDigest.isEqual(given, token)) {
                return Json.object().put("denied", true);
            }
            command = request.text("command");
            return answer(command, request);
        } catch (Refusal refusal) {
            return Json.object().put("refused", refusal.getMessage()).put("remedy", refusal.remedy);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Json.object().put("failed", "the agent ends");
        } catch (RuntimeException e) {
            Redactor redactor = supervisor.secrets.redactor();
            return Json.object().put("failed", redactor.redact("the agent could not " + command + ": " + e));
        }
    }

    private Json answer(String command, Json request) throws Refusal, InterruptedException {
        State state = supervisor.state;
        switch (command) {
            case "about":
                return about.get();
            case "watch":
                long wait = Math.min(LONGEST_WATCH_MILLIS, request.number("millis"));
                return Json.object().put("changes", supervisor.awaitChange(request.number("changes"), wait));
            case "stats":
                return supervisor.router.stats.query(
                        request.text("slot"), request.text("revision"), request.number("from"), request.number("to"));
            case "shutdown":
                supervisor.shutDown();
                return Json.object().put("ok", true);
            case "observe":
                synchronized (supervisor) {
                    return Json.object().put("groups", Reports.groups(state));
                }
            case "history":
                synchronized (supervisor) {
                    List<Json> known = state.known.stream()
                            .map(s ->
                                    Json.object().put("revision", s.revision()).put("version", s.version()))
                            .toList();
                    return Json.object().put("known", known);
                }
            case "diagnose":
                synchronized (supervisor) {
                    SlotState slot = state.slot(request.text("slot"));
                    return Json.object().put("text", Reports.diagnosis(slot, supervisor.secrets.redactor()));
                }
            default:
                return commands.run(request);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
