package io.dpg.deploy.k8s;

import io.dpg.deploy.spi.Journal;
import io.dpg.deploy.spi.JournalRecord;
import io.dpg.deploy.spi.JournalRecord.Kind;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** A journal of the test cluster by two clients, of which one fails where a test tells it to. */
abstract class JournalScenario {

    static final Duration TTL = Duration.ofSeconds(30);
    static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    static TestNamespace namespace;
    static KubernetesClient otherClient;
    static Wire wire;
    static KubernetesClient wired;

    final String target = "k8s:shop/deployment/api-" + UUID.randomUUID();
    final String rollout = "r-" + UUID.randomUUID();
    final Journal journal = KubernetesJournal.in(wired, namespace.name());
    final Journal other = KubernetesJournal.in(otherClient, namespace.name());

    @BeforeAll
    static void connect() {
        namespace = new TestNamespace("kstore");
        otherClient = TestNamespace.newClient(b -> b);
        wire = new Wire();
        wired = wire.client();
    }

    @BeforeEach
    void calm() {
        wire.calm();
    }

    @AfterAll
    static void disconnect() {
        if (namespace != null) {
            wired.close();
            otherClient.close();
            namespace.close();
        }
    }

    List<String> open() {
        return namespace
                .client()
                .configMaps()
                .inNamespace(namespace.name())
                .withLabel("dpg-deploy.io/journal", "rollout")
                .withLabel("dpg-deploy.io/state", "open")
                .list()
                .getItems()
                .stream()
                .map(c -> c.getMetadata().getAnnotations().get("dpg-deploy.io/rollout"))
                .toList();
    }

    String index() {
        return leaseObject().getMetadata().getAnnotations().get("dpg-deploy.io/rollouts");
    }

    ConfigMap head() {
        return namespace.client().configMaps().inNamespace(namespace.name()).list().getItems().stream()
                .filter(c -> c.getMetadata().getName().startsWith("dpg-rollout-" + rollout))
                .findFirst()
                .orElseThrow();
    }

    io.fabric8.kubernetes.api.model.coordination.v1.Lease leaseObject() {
        return namespace.client().leases().inNamespace(namespace.name()).list().getItems().stream()
                .filter(l -> target.equals(l.getMetadata().getAnnotations().get("dpg-deploy.io/target-key")))
                .findFirst()
                .orElseThrow();
    }

    JournalRecord record(long sequence, long fence, Kind kind) {
        return new JournalRecord(rollout, target, sequence, fence, NOW, kind, Map.of("step", "launch"));
    }

    long take(Journal by, String owner, Instant now) {
        return by.acquire(target, owner, TTL, now).orElseThrow().fence().number();
    }
}
