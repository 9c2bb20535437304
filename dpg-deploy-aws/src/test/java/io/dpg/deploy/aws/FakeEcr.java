package io.dpg.deploy.aws;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.ecr.EcrClient;

/**
 * Answers ECR's calls (JSON 1.1) with what a test scripted, for what the emulator has not: refusals, pages, scans that take
 * their time. The last answer of an operation is repeated.
 */
final class FakeEcr implements AutoCloseable {

    /** An answer: the status of HTTP and the document. */
    private record Answer(int status, String body) {}

    private final HttpServer server;
    private final ConcurrentHashMap<String, Queue<Answer>> answers = new ConcurrentHashMap<>();
    private final List<String> calls = new CopyOnWriteArrayList<>();
    private final EcrClient client;
    private final AwsClients clients;

    FakeEcr() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/", exchange -> {
            String target = exchange.getRequestHeaders().getFirst("X-Amz-Target");
            String operation = target.substring(target.lastIndexOf('.') + 1);
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            calls.add(operation + " " + body);
            Answer answer = next(operation);
            byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/x-amz-json-1.1");
            exchange.sendResponseHeaders(answer.status(), bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        server.start();
        URI endpoint = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        // Without the SDK's repetitions: they sleep, and would keep refusals from what is tested.
        client = EcrClient.builder()
                .region(TestAws.REGION)
                .endpointOverride(endpoint)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("none", "none")))
                .httpClient(UrlConnectionHttpClient.create())
                .overrideConfiguration(c -> c.retryStrategy(DefaultRetryStrategy.doNotRetry()))
                .build();
        clients = TestAws.of(endpoint, "123456789012")
                .client(EcrClient.class, client)
                .build();
    }

    private synchronized Answer next(String operation) {
        Queue<Answer> queue = answers.get(operation);
        if (queue == null) {
            return new Answer(
                    400, "{\"__type\":\"UnscriptedException\",\"message\":\"no answer for " + operation + "\"}");
        }
        return queue.size() > 1 ? queue.remove() : queue.element();
    }

    /** Answers the next call of {@code operation} with {@code body}. */
    FakeEcr answer(String operation, String body) {
        return add(operation, new Answer(200, body));
    }

    /** Refuses the next call of {@code operation} with an error code of AWS. */
    FakeEcr refuse(String operation, int status, String code) {
        return add(operation, new Answer(status, "{\"__type\":\"" + code + "\",\"message\":\"as scripted\"}"));
    }

    private synchronized FakeEcr add(String operation, Answer answer) {
        answers.computeIfAbsent(operation, o -> new ArrayDeque<>()).add(answer);
        return this;
    }

    /** Returns the calls so far: the operation, a space, the document. */
    List<String> calls() {
        return List.copyOf(calls);
    }

    AwsClients clients() {
        return clients;
    }

    @Override
    public void close() {
        clients.close();
        client.close();
        server.stop(0);
    }
}
