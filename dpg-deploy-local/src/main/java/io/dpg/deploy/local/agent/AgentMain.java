package io.dpg.deploy.local.agent;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;

/** The agent's process: one for each state folder. */
public final class AgentMain {

    /** The exit code of an agent that found another one at work. */
    public static final int SECOND_AGENT = 3;

    /** The exit code of an agent that could not begin; the reason is the last line of its log. */
    public static final int CANNOT_START = 4;

    /** The file that tells the library where the agent answers, readable by the owner only. */
    public static final String CONTROL_FILE = "control.json";

    /** The version of what library and agent say to each other. */
    public static final int PROTOCOL = 1;

    private AgentMain() {}

    /**
     * Runs until a shutdown is asked for.
     *
     * @param args the state folder, the address and the port of the proxy; port 0 keeps the one of the state
     */
    public static void main(String[] args) throws Exception {
        Path folder = Path.of(args[0]);
        FileChannel channel =
                FileChannel.open(folder.resolve("agent.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            FileLock lock = channel.tryLock();
            if (lock == null) {
                System.exit(SECOND_AGENT);
            }
            run(folder, args[1], Integer.parseInt(args[2]));
        } catch (IOException | RuntimeException e) {
            System.err.println(e.getMessage() == null ? e.toString() : e.getMessage());
            System.exit(CANNOT_START);
        }
        System.exit(0);
    }

    private static void run(Path folder, String address, int wantedPort) throws IOException, InterruptedException {
        Files.createDirectories(folder.resolve("logs"));
        State state = new State(folder);
        List<Json> instances = state.load();
        Router router = new Router(new Stats());
        int port = wantedPort == 0 ? state.port : wantedPort;
        try (Proxy proxy = proxy(address, port, router)) {
            state.port = proxy.port();
            state.save();
            Supervisor supervisor = new Supervisor(folder, state, router);
            supervisor.adopt(instances);
            supervisor.changed();
            String token = token();
            Json about = Json.object()
                    .put("protocol", PROTOCOL)
                    .put("pid", ProcessHandle.current().pid())
                    .put("address", address)
                    .put("proxyPort", proxy.port());
            try (ControlServer control = new ControlServer(token, supervisor, () -> about)) {
                control.start();
                supervisor.awaitAdopted(1_000); // clients wait in the backlog meanwhile
                proxy.start();
                Path file = folder.resolve(CONTROL_FILE);
                writePrivate(file, Json.object().put("port", control.port()).put("token", token));
                supervisor.run();
                Files.deleteIfExists(file);
            }
        }
    }

    private static Proxy proxy(String address, int port, Router router) throws IOException {
        try {
            return new Proxy(address, port, router);
        } catch (IOException e) {
            throw new IOException("port " + port + " of " + address + " cannot be listened on: " + e.getMessage(), e);
        }
    }

    private static String token() {
        byte[] bytes = new byte[32];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    private static void writePrivate(Path file, Json content) throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(fresh);
        if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.createFile(fresh, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        }
        Files.writeString(fresh, content.toString());
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
