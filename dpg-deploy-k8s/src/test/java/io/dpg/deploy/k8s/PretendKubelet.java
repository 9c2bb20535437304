package io.dpg.deploy.k8s;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Says of pods that no scheduler takes care of ({@code schedulerName: none}) that they run and are ready, so that
 * hundreds of applications fit on a small machine: API server and controllers are real, only the containers are missing.
 */
final class PretendKubelet implements AutoCloseable {

    static final String SCHEDULER = "none";

    private final KubernetesClient client;
    private final ExecutorService threads = Executors.newFixedThreadPool(8, PretendKubelet::daemon);
    private final AtomicInteger addresses = new AtomicInteger();
    /** When the API server had accepted that a pod is ready, as nanoTime before and after the call. */
    final Map<String, long[]> ready = new ConcurrentHashMap<>();

    private final SharedIndexInformer<Pod> informer;

    PretendKubelet(KubernetesClient client, String namespace, boolean atOnce) {
        this.client = client;
        informer = client.pods().inNamespace(namespace).runnableInformer(0);
        informer.addEventHandler(new ResourceEventHandler<Pod>() {
            @Override
            public void onAdd(Pod pod) {
                if (atOnce && SCHEDULER.equals(pod.getSpec().getSchedulerName())) {
                    threads.execute(() -> makeReady(pod));
                }
            }

            @Override
            public void onUpdate(Pod before, Pod after) {}

            @Override
            public void onDelete(Pod pod, boolean finalStateUnknown) {}
        });
        informer.start().toCompletableFuture().join();
    }

    void makeReady(Pod pod) {
        int number = addresses.incrementAndGet();
        String ip = "10.123." + number / 250 % 250 + "." + (number % 250 + 1);
        String now = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
        String status = "{\"status\":{\"phase\":\"Running\",\"podIP\":\"" + ip + "\",\"podIPs\":[{\"ip\":\"" + ip
                + "\"}],\"startTime\":\"" + now + "\",\"conditions\":[" + condition("ContainersReady", now) + ","
                + condition("Ready", now) + "]}}";
        long before = System.nanoTime();
        try {
            client.pods()
                    .inNamespace(pod.getMetadata().getNamespace())
                    .withName(pod.getMetadata().getName())
                    .subresource("status")
                    .patch(PatchContext.of(PatchType.JSON_MERGE), status);
            ready.put(pod.getMetadata().getName(), new long[] {before, System.nanoTime()});
        } catch (KubernetesClientException e) {
            if (e.getCode() != 404) {
                System.out.println("pretended kubelet: " + e.getMessage());
            }
        }
    }

    private static String condition(String type, String now) {
        return "{\"type\":\"" + type + "\",\"status\":\"True\",\"lastTransitionTime\":\"" + now + "\"}";
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "pretend-kubelet");
        thread.setDaemon(true);
        return thread;
    }

    @Override
    public void close() {
        informer.close();
        threads.shutdownNow();
    }
}
