package io.dpg.deploy.k8s;

import io.dpg.deploy.Deployer;
import io.dpg.deploy.Limits;
import io.dpg.deploy.Release;
import io.dpg.deploy.Rollout;
import io.dpg.deploy.RolloutResult;
import io.dpg.deploy.strategy.BlueGreen;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Many blue-green rollouts at once in one JVM, with one client, against a real API server and its controllers; only the
 * containers are missing, see {@link PretendKubelet}.
 *
 * <p>Usage: {@code ManyRollouts [rollouts, default 200]}. Needs {@code KUBECONFIG}.
 */
public final class ManyRollouts {

    private static final Limits LIMITS =
            Limits.DEFAULT.drain(Duration.ofSeconds(1)).ready(Duration.ofMinutes(4));

    /** start() returns once the plan is made, which takes some thirty requests. */
    private static final int STARTERS = 10;

    /** The API server shares two cores with everything else. */
    private static final int REQUEST_TIMEOUT_MILLIS = 60_000;

    private ManyRollouts() {}

    /** Measures; see the class. */
    public static void main(String[] args) throws Exception {
        int count = args.length > 0 ? Integer.parseInt(args[0]) : 200;
        System.out.println(run(count));
    }

    /** Runs {@code count} rollouts at once and returns the figures. */
    static String run(int count) throws Exception {
        try (TestCluster cluster = TestCluster.open("ksoak-many");
                KubernetesClient other = new KubernetesClientBuilder()
                        .withConfig(cluster.client.getConfiguration())
                        .build();
                PretendKubelet kubelet = new PretendKubelet(other, cluster.namespace, true)) {
            for (int i = 0; i < count; i++) {
                application(cluster, name(i), 1);
            }
            Requests requests = new Requests();
            try (KubernetesClient client = new KubernetesClientBuilder()
                    .withConfig(new ConfigBuilder(cluster.client.getConfiguration())
                            .withRequestTimeout(REQUEST_TIMEOUT_MILLIS)
                            .build())
                    .withHttpClientBuilderConsumer(http -> http.addOrReplaceInterceptor("requests", requests))
                    .build()) {
                for (int i = 0; i < count; i++) {
                    cluster.client
                            .apps()
                            .deployments()
                            .inNamespace(cluster.namespace)
                            .withName(name(i))
                            .waitUntilReady(60, java.util.concurrent.TimeUnit.SECONDS);
                }
                return roll(client, cluster.namespace, count, requests);
            }
        }
    }

    private static String roll(KubernetesClient client, String namespace, int count, Requests requests)
            throws InterruptedException, ExecutionException {
        List<KubernetesTarget> targets = new ArrayList<>();
        List<Future<Rollout>> rollouts = new ArrayList<>();
        ExecutorService starters = Executors.newFixedThreadPool(STARTERS);
        Map<String, Integer> outcomes = new TreeMap<>();
        long begun = System.nanoTime();
        try (Deployer deployer = Deployer.create()) {
            for (int i = 0; i < count; i++) {
                KubernetesTarget target = KubernetesTarget.deployment(name(i))
                        .namespace(namespace)
                        .client(client)
                        .build();
                targets.add(target);
                Release release = Release.of(name(i), "2").setting("VERSION", "2");
                rollouts.add(starters.submit(() -> deployer.rollout(target)
                        .release(release)
                        .strategy(BlueGreen.standard().bakeTime(Duration.ofSeconds(5)))
                        .limits(LIMITS)
                        .start()));
            }
            for (Future<Rollout> rollout : rollouts) {
                rollout.get();
            }
            long started = System.nanoTime();
            for (Future<Rollout> rollout : rollouts) {
                RolloutResult result = rollout.get().await();
                if (outcomes.merge(result.outcome(), 1, Integer::sum) < 5 && !result.promoted()) {
                    System.out.println(result.outcome() + ": " + result.reason());
                }
            }
            return String.format(
                    "%d rollouts: %s; all started after %.1f s, all ended after %.1f s; %d requests a rollout (%s), "
                            + "peak %d threads",
                    count,
                    outcomes,
                    (started - begun) / 1e9,
                    (System.nanoTime() - begun) / 1e9,
                    requests.all() / count,
                    requests,
                    java.lang.management.ManagementFactory.getThreadMXBean().getPeakThreadCount());
        } finally {
            starters.shutdownNow();
            targets.forEach(KubernetesTarget::close);
        }
    }

    private static String name(int number) {
        return "app-" + number;
    }

    /** Creates an application whose pods no scheduler sees. */
    static void application(TestCluster cluster, String name, int replicas) {
        Map<String, String> labels = new HashMap<>(Map.of("app", name));
        cluster.client
                .resource(new DeploymentBuilder(cluster.deployment(replicas))
                        .editMetadata()
                        .withName(name)
                        .endMetadata()
                        .editSpec()
                        .editSelector()
                        .withMatchLabels(labels)
                        .endSelector()
                        .editTemplate()
                        .editMetadata()
                        .withLabels(labels)
                        .endMetadata()
                        .editSpec()
                        .withSchedulerName(PretendKubelet.SCHEDULER)
                        .endSpec()
                        .endTemplate()
                        .endSpec()
                        .build())
                .create();
        cluster.client
                .resource(new ServiceBuilder(cluster.service())
                        .editMetadata()
                        .withName(name)
                        .endMetadata()
                        .editSpec()
                        .withType("ClusterIP")
                        .withSelector(labels)
                        .endSpec()
                        .build())
                .create();
    }
}
