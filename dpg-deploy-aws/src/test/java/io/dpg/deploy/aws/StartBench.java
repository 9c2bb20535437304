package io.dpg.deploy.aws;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;

/**
 * Measures how long a fresh JVM takes until the first client of AWS is built, and until it has its first answer (of
 * {@code ecs:ListClusters}) from the emulator at {@code AWS_ENDPOINT_URL}:
 *
 * <pre>
 * AWS_ENDPOINT_URL=http://127.0.0.1:5000 java -cp … io.dpg.deploy.aws.StartBench 10 [options of the child JVMs]
 * </pre>
 *
 * <p>Both count from just before the parent starts the process, in milliseconds of the machine's clock. One run comes first
 * that does not count: it fills the file cache.
 */
public final class StartBench {

    private static final long LIMIT_SECONDS = 60;

    private StartBench() {}

    /** Runs as the parent, or with {@code child} and the time of the start as one run. */
    public static void main(String... args) throws IOException, InterruptedException {
        if (args.length == 2 && args[0].equals("child")) {
            child(Long.parseLong(args[1]));
            return;
        }
        int runs = args.length == 0 ? 10 : Integer.parseInt(args[0]);
        List<String> options = args.length == 0 ? List.of() : List.of(args).subList(1, args.length);
        run(options);
        long[] built = new long[runs];
        long[] answered = new long[runs];
        for (int i = 0; i < runs; i++) {
            long[] both = run(options);
            built[i] = both[0];
            answered[i] = both[1];
        }
        print("first client built", built);
        print("first answer", answered);
    }

    private static long[] run(List<String> options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(System.getProperty("java.home") + "/bin/java");
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), StartBench.class.getName(), "child"));
        command.add(String.valueOf(System.currentTimeMillis()));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String line;
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            line = out.readLine();
        }
        if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0 || line == null) {
            process.destroyForcibly();
            throw new IllegalStateException("Tried to run " + command + ", but it failed; is the emulator up?");
        }
        return Arrays.stream(line.split(" ")).mapToLong(Long::parseLong).toArray();
    }

    private static void child(long started) {
        URI endpoint = URI.create(System.getenv("AWS_ENDPOINT_URL"));
        try (AwsClients clients = TestAws.of(endpoint, "123456789012").build()) {
            clients.ecs();
            long built = System.currentTimeMillis() - started;
            clients.ecs().listClusters();
            System.out.println(built + " " + (System.currentTimeMillis() - started));
        }
    }

    private static void print(String what, long[] millis) {
        long[] sorted = LongStream.of(millis).sorted().toArray();
        long median = (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
        System.out.printf(
                Locale.ROOT,
                "%-20s median %5d ms, max %5d ms, all %s%n",
                what,
                median,
                sorted[sorted.length - 1],
                Arrays.toString(millis));
    }
}
