package io.dpg.deploy.local.agent;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/**
 * Measures what the proxy costs: {@code java -cp target/classes:target/test-classes …ProxyBench}. Not a test; clients,
 * proxy and instance share one JVM, so figures are low estimates.
 */
public final class ProxyBench {

    private ProxyBench() {}

    public static void main(String[] args) throws Exception {
        try (StubInstance stub = new StubInstance()) {
            Router router = new Router(new Stats());
            List<Backend> all = List.of(new Backend("blue", "r1", stub.port(), () -> {}));
            router.table(new Router.Table(100, 0, Map.of("blue", all), Map.of("blue", all)));
            try (Proxy proxy = new Proxy("127.0.0.1", 0, router)) {
                proxy.start();
                for (int clients : new int[] {1, 1, 16, 16}) {
                    run("direct", stub.port(), clients, 20_000);
                    run("proxied", proxy.port(), clients, 20_000);
                }
            }
        }
    }

    private static void run(String name, int port, int clients, int requests) throws Exception {
        long[] latencies = new long[requests];
        int each = requests / clients;
        CountDownLatch done = new CountDownLatch(clients);
        long began = System.nanoTime();
        for (int c = 0; c < clients; c++) {
            int from = c * each;
            Workers.start("bench", () -> {
                try (RawClient client = new RawClient(port)) {
                    for (int i = 0; i < each; i++) {
                        long start = System.nanoTime();
                        client.send("GET /x HTTP/1.1\r\nHost: h\r\nAccept: */*\r\n\r\n")
                                .answer();
                        latencies[from + i] = System.nanoTime() - start;
                    }
                } catch (java.io.IOException e) {
                    e.printStackTrace();
                }
                done.countDown();
            });
        }
        done.await();
        double seconds = (System.nanoTime() - began) / 1e9;
        Arrays.sort(latencies);
        System.out.printf(
                "%-8s %2d clients: %6.0f requests/s, p50 %4d µs, p99 %5d µs%n",
                name,
                clients,
                requests / seconds,
                latencies[requests / 2] / 1000,
                latencies[requests * 99 / 100] / 1000);
    }
}
