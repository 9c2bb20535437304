package io.dpg.deploy.aws;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;

/**
 * Answers CloudWatch's query protocol (forms in, XML out) with what a test says, one answer after the other and the last one
 * from then on. Its clients repeat nothing, so that a test of throttling takes no time.
 */
final class ScriptedCloudWatch implements AutoCloseable {

    private record Answer(int status, String body) {}

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Answer> answers = new CopyOnWriteArrayList<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private volatile Runnable whenAsked = () -> {};
    private final CloudWatchClient client;
    private final AwsClients clients;

    ScriptedCloudWatch() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
        client = CloudWatchClient.builder()
                .httpClient(UrlConnectionHttpClient.create())
                .region(TestAws.REGION)
                .endpointOverride(
                        URI.create("http://127.0.0.1:" + server.getAddress().getPort()))
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("none", "none")))
                .overrideConfiguration(c -> c.retryStrategy(DefaultRetryStrategy.doNotRetry()))
                .build();
        clients = AwsClients.builder().client(CloudWatchClient.class, client).build();
    }

    AwsClients clients() {
        return clients;
    }

    /** Returns the forms that came, decoded. */
    List<String> requests() {
        return requests;
    }

    /** Runs {@code action} while each request is under way. */
    void whenAsked(Runnable action) {
        whenAsked = action;
    }

    ScriptedCloudWatch answers(int status, String body) {
        answers.add(new Answer(status, body));
        return this;
    }

    ScriptedCloudWatch refuses(int status, String code, String message) {
        return answers(
                status,
                "<ErrorResponse><Error><Type>Sender</Type><Code>" + code + "</Code><Message>" + message
                        + "</Message></Error><RequestId>1</RequestId></ErrorResponse>");
    }

    /** One metric alarm; {@code since} is when it came into the state. */
    ScriptedCloudWatch alarm(String name, String state, String since) {
        return answers(
                200,
                "<DescribeAlarmsResponse><DescribeAlarmsResult><MetricAlarms><member><AlarmName>" + name
                        + "</AlarmName><StateValue>" + state + "</StateValue><StateReason>because of " + state
                        + "</StateReason><StateTransitionedTimestamp>" + since
                        + "</StateTransitionedTimestamp></member></MetricAlarms></DescribeAlarmsResult>"
                        + "</DescribeAlarmsResponse>");
    }

    /** {@code results} are made by {@link #result}; {@code rest} is what else stands beside them. */
    ScriptedCloudWatch data(String rest, String... results) {
        return answers(
                200,
                "<GetMetricDataResponse><GetMetricDataResult><MetricDataResults>" + String.join("", results)
                        + "</MetricDataResults>" + rest + "</GetMetricDataResult></GetMetricDataResponse>");
    }

    /** {@code points} are a time and a value in turn. */
    static String result(String id, String status, String... points) {
        StringBuilder times = new StringBuilder();
        StringBuilder values = new StringBuilder();
        for (int i = 0; i < points.length; i += 2) {
            times.append("<member>").append(points[i]).append("</member>");
            values.append("<member>").append(points[i + 1]).append("</member>");
        }
        return "<member><Id>" + id + "</Id><Label>l</Label><StatusCode>" + status + "</StatusCode><Timestamps>" + times
                + "</Timestamps><Values>" + values + "</Values></member>";
    }

    private void answer(HttpExchange exchange) throws IOException {
        String form = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        requests.add(URLDecoder.decode(form, StandardCharsets.UTF_8));
        whenAsked.run();
        Answer next = answers.size() > 1 ? answers.remove(0) : answers.get(0);
        byte[] body = next.body().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "text/xml");
        exchange.sendResponseHeaders(next.status(), body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    @Override
    public void close() {
        client.close();
        server.stop(0);
        threads.shutdownNow();
    }
}
