package io.dpg.deploy.k8s;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Another writer: notes a counter in labels of the Service and both Deployments, without pause. Not in annotations: the
 * Deployment controller copies those to ReplicaSets, 20 a second at most, and would have no time left for anything else.
 */
final class SoakStorm implements AutoCloseable {

    private static final long PAUSE_NANOS = 5_000_000;

    private final AtomicInteger writes = new AtomicInteger();
    private final List<Thread> threads;
    private volatile boolean over;

    SoakStorm(TestCluster cluster) {
        KubernetesClient client = cluster.client;
        String namespace = cluster.namespace;
        threads = List.of(
                begin(client.services().inNamespace(namespace).withName("app")),
                begin(client.apps().deployments().inNamespace(namespace).withName("app")),
                begin(client.apps().deployments().inNamespace(namespace).withName("app-green")));
    }

    private Thread begin(Resource<?> object) {
        Thread thread = new Thread(() -> run(object), "soak-storm");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private void run(Resource<?> object) {
        while (!over) {
            try {
                object.patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        "{\"metadata\":{\"labels\":{\"someone.io/count\":\"" + writes.incrementAndGet() + "\"}}}");
            } catch (KubernetesClientException e) {
                LockSupport.parkNanos(20 * PAUSE_NANOS); // there is no green one yet
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    @Override
    public void close() {
        over = true;
        for (Thread thread : threads) {
            try {
                thread.join(10_000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public String toString() {
        return writes + " writes by others";
    }
}
