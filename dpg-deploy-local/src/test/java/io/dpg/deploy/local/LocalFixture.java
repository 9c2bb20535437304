package io.dpg.deploy.local;

import io.dpg.deploy.Environment;
import io.dpg.deploy.Group;
import io.dpg.deploy.Release;
import io.dpg.deploy.Slot;
import io.dpg.deploy.Traffic;
import io.dpg.deploy.secret.Secret;
import io.dpg.deploy.spi.Fence;
import io.dpg.deploy.spi.GroupRequest;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** A target in a folder, ended with all its processes when closed. */
final class LocalFixture implements AutoCloseable {

    static final String CLASS_PATH =
            Path.of("target/test-classes").toAbsolutePath().toString();
    static final Environment ENVIRONMENT = Environment.of("test");

    final LocalTarget target;
    final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    long fence = 1;

    LocalFixture(Path folder) {
        this(folder, "ok");
    }

    LocalFixture(Path folder, String mode) {
        this.target = target(folder, mode);
    }

    static LocalTarget target(Path folder, String mode) {
        return LocalTarget.in(folder)
                .command(command(mode))
                .variable("TEST_FOLDER", folder.toString())
                .readyHttp("/health")
                .drainTime(Duration.ofSeconds(3))
                .build();
    }

    static List<String> command(String mode) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx48m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData",
                "-Dsun.net.httpserver.nodelay=true",
                "-cp",
                CLASS_PATH,
                TestService.class.getName(),
                "--port={port}",
                "--version={version}",
                "--mode=" + mode);
    }

    static GroupRequest request(Slot slot, String version, int instances) {
        return request(slot, version, instances, Map.of());
    }

    static GroupRequest request(Slot slot, String version, int instances, Map<String, Secret> secrets) {
        return new GroupRequest(slot, Release.of("demo", version), null, instances, ENVIRONMENT, secrets);
    }

    Fence fence() {
        return new Fence(fence);
    }

    /** Launches and waits until all are ready. */
    Group launch(Slot slot, String version, int instances) {
        target.launch(fence(), request(slot, version, instances));
        await(version + " to be ready", () -> target.observe().ready(slot) == instances);
        return group(slot);
    }

    void serve(Slot slot, String version, int instances) {
        launch(slot, version, instances);
        target.route(fence(), Traffic.all(slot));
    }

    Group group(Slot slot) {
        return target.observe().group(slot).orElseThrow();
    }

    HttpResponse<String> get(String path) throws Exception {
        return get(target.liveEndpoint().orElseThrow(), path);
    }

    HttpResponse<String> get(URI base, String path) throws Exception {
        URI uri = URI.create(base.toString().replaceAll("/$", "") + path);
        return http.send(
                HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(20)).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    static void await(String what, BooleanSupplier condition) {
        await(what, condition, () -> "");
    }

    /** Looks every 10 ms for at most 30 seconds. */
    static void await(String what, BooleanSupplier condition, Supplier<String> more) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("Waited 30 s for " + what + "; " + more.get());
            }
            try {
                new CountDownLatch(1).await(10, TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    @Override
    public void close() {
        target.shutdown();
    }
}
