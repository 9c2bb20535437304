package io.dpg.deploy.local;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executors;

/**
 * A small service for tests: answers its version. Dies at once on SIGTERM, as the JVM does. Arguments: {@code port},
 * {@code version}, and {@code mode}: {@code ok}, {@code crash} (exit code 7 with last words), {@code unready},
 * {@code leaky} (prints its secret in several forms), {@code hang} (ignores SIGTERM).
 */
public final class TestService {

    private TestService() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        Map<String, String> options = new HashMap<>();
        for (String arg : args) {
            String[] parts = arg.substring(2).split("=", 2);
            options.put(parts[0], parts[1]);
        }
        String mode = options.getOrDefault("mode", "ok");
        String version = options.get("version");
        System.out.println("starting " + version);
        if (mode.equals("crash")) {
            System.err.println("cannot open the database");
            System.exit(7);
        }
        if (mode.equals("leaky")) {
            Leak.print(System.getenv("PASSWORD"));
        }
        if (mode.equals("hang")) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                try {
                    Thread.currentThread().join();
                } catch (InterruptedException e) {
                    // ends with the process
                }
            }));
        }
        HttpServer server = HttpServer.create(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(options.get("port"))), 256);
        server.setExecutor(Executors.newCachedThreadPool());
        server.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            boolean unready =
                    mode.equals("unready") && exchange.getRequestURI().getPath().equals("/health");
            byte[] body = version.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(
                    unready
                                    || mode.equals("failing")
                                            && !exchange.getRequestURI()
                                                    .getPath()
                                                    .equals("/health")
                            ? 503
                            : 200,
                    body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        System.out.println("serving " + version);
        if (mode.equals("chatty")) {
            while (true) {
                System.out.println("line of " + version);
                Thread.sleep(20);
            }
        }
    }

    private static final class Leak {
        static void print(String secret) {
            System.out.println("plain " + secret);
            System.out.println("url " + java.net.URLEncoder.encode(secret, StandardCharsets.UTF_8));
            byte[] bytes = ("user:" + secret).getBytes(StandardCharsets.UTF_8);
            System.out.println("basic " + java.util.Base64.getEncoder().encodeToString(bytes));
            System.out.println(
                    "token " + java.util.Base64.getEncoder().encodeToString(secret.getBytes(StandardCharsets.UTF_8)));
            System.out.println("end");
        }
    }
}
