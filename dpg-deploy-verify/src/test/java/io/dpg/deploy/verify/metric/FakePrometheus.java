package io.dpg.deploy.verify.metric;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.dpg.deploy.Group;
import io.dpg.deploy.Revision;
import io.dpg.deploy.Slot;
import io.dpg.deploy.check.MetricQuery;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;

/** Answers like the query API of Prometheus, with whatever a test wants. */
final class FakePrometheus implements AutoCloseable {

    /** The end of {@link #query}. */
    static final Instant TO = Instant.parse("2026-01-01T00:10:00Z");

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Asked> asked = new CopyOnWriteArrayList<>();

    /** A request as it came. */
    record Asked(String method, String path, Map<String, String> form, Map<String, List<String>> headers) {
        String promql() {
            return form.getOrDefault("query", "");
        }
    }

    /** Answers a request; the number counts from 1. */
    interface Answering {
        void answer(HttpExchange exchange, Asked asked, int number) throws IOException, InterruptedException;
    }

    FakePrometheus(Answering answering) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            Map<String, String> form = Arrays.stream(body.split("&"))
                    .filter(pair -> pair.contains("="))
                    .map(pair -> pair.split("=", 2))
                    .collect(Collectors.toMap(pair -> decode(pair[0]), pair -> decode(pair[1])));
            Asked one = new Asked(
                    exchange.getRequestMethod(),
                    exchange.getRequestURI().toString(),
                    form,
                    exchange.getRequestHeaders());
            asked.add(one);
            try {
                answering.answer(exchange, one, asked.size());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                exchange.close();
            }
        });
        server.start();
    }

    /** Returns one that answers everything with this. */
    static FakePrometheus saying(int status, String json) throws IOException {
        return new FakePrometheus((exchange, asked, number) -> reply(exchange, status, json));
    }

    static FakePrometheus saying(String json) throws IOException {
        return saying(200, json);
    }

    static void reply(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        if (bytes.length > 0) {
            exchange.getResponseBody().write(bytes);
        }
    }

    static String success(String type, String result) {
        return "{\"status\":\"success\",\"data\":{\"resultType\":\"" + type + "\",\"result\":" + result + "}}";
    }

    /** A vector of one series, at {@link #TO}. */
    static String vector(String value) {
        return success("vector", "[{\"metric\":{},\"value\":[" + TO.getEpochSecond() + ",\"" + value + "\"]}]");
    }

    /** A matrix of one series, whose last value is at {@link #TO} and the others so many seconds apart. */
    static String matrix(int apart, String... values) {
        StringBuilder samples = new StringBuilder();
        for (int i = 0; i < values.length; i++) {
            long time = TO.getEpochSecond() - (long) apart * (values.length - 1 - i);
            samples.append(i == 0 ? "" : ",")
                    .append("[")
                    .append(time)
                    .append(",\"")
                    .append(values[i])
                    .append("\"]");
        }
        return success("matrix", "[{\"metric\":{\"pod\":\"a\"},\"values\":[" + samples + "]}]");
    }

    static MetricQuery query(String metric, Duration back) {
        return query(metric, back, "1.4.0");
    }

    static MetricQuery query(String metric, Duration back, String version) {
        Group group = Group.of(Slot.GREEN, version, new Revision("7f9c"), 1, 1, 10, 1);
        return new MetricQuery(metric, group, TO.minus(back), TO);
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    List<Asked> asked() {
        return asked;
    }

    private static String decode(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
