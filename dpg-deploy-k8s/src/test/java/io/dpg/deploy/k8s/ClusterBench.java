package io.dpg.deploy.k8s;

import io.dpg.deploy.Deployer;
import io.dpg.deploy.Limits;
import io.dpg.deploy.Release;
import io.dpg.deploy.RolloutResult;
import io.dpg.deploy.event.Event;
import io.dpg.deploy.strategy.BlueGreen;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Figures of the Kubernetes target for docs/BENCHMARKS.md.
 *
 * <p>Usage: {@code ClusterBench (ten|notice|crash) [rounds]}. Needs {@code KUBECONFIG}, Docker, Go, and kubectl for the first.
 */
public final class ClusterBench {

    private static final Limits NO_WAITS = Limits.DEFAULT.drain(Duration.ZERO).ready(Duration.ofSeconds(120));

    private ClusterBench() {}

    /** Measures; see the class. */
    public static void main(String[] args) throws Exception {
        int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 3;
        switch (args[0]) {
            case "ten" -> ten(rounds);
            case "notice" -> notice(rounds);
            case "crash" -> crash(rounds);
            default -> throw new IllegalArgumentException("no such figure: " + args[0]);
        }
    }

    /** A blue-green of ten pods, in turns with kubectl on a Deployment of the same ten pods. */
    private static void ten(int rounds) throws Exception {
        try (SoakApp app = new SoakApp("ksoak-ten")) {
            app.create(10);
            long[] ours = new long[rounds];
            long[] theirs = new long[rounds];
            Requests requests = new Requests();
            try (KubernetesClient client = counted(app, requests);
                    KubernetesTarget target = target(app, client);
                    Deployer deployer =
                            Deployer.builder().listener(ClusterBench::step).build()) {
                for (int i = 0; i < rounds; i++) {
                    theirs[i] = kubectl(app, "plain-" + i);
                    int before = requests.all();
                    long begun = System.nanoTime();
                    RolloutResult result = deployer.rollout(target)
                            .release(Release.of("app", "b" + i).setting("VERSION", "b" + i))
                            .strategy(
                                    BlueGreen.standard().bakeTime(Duration.ZERO).retireAfter(Duration.ZERO))
                            .limits(NO_WAITS)
                            .execute();
                    ours[i] = millis(begun);
                    System.out.println(result.outcome() + ": blue-green of 10 pods " + ours[i] + " ms, "
                            + (requests.all() - before) + " requests; kubectl apply and rollout status " + theirs[i]
                            + " ms");
                    quiet(app, 10);
                }
            }
            System.out.println("median: ours " + median(ours) + " ms, kubectl " + median(theirs) + " ms; " + requests);
        }
    }

    private static void step(Event event) {
        if (event instanceof Event.StepFinished step) {
            System.out.println("  " + step.took().toMillis() + " ms: " + step.step());
        }
    }

    private static long kubectl(SoakApp app, String name) throws Exception {
        Path manifest = Files.createTempFile("bench", ".yaml");
        Files.writeString(
                manifest,
                app.cluster
                        .client
                        .getKubernetesSerialization()
                        .asYaml(app.deployment(name, 10))
                        .replace("app: \"app\"", "app: \"" + name + "\""));
        String namespace = app.cluster.namespace;
        long begun = System.nanoTime();
        run("kubectl", "-n", namespace, "apply", "-f", manifest.toString());
        run("kubectl", "-n", namespace, "rollout", "status", "deployment/" + name, "--timeout=120s");
        long took = millis(begun);
        run("kubectl", "-n", namespace, "delete", "deployment", name, "--grace-period=1", "--wait=false");
        quiet(app, 10);
        return took;
    }

    /** Waits until only {@code pods} pods are left, so that the next measurement has the machine for itself. */
    private static void quiet(SoakApp app, int pods) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(180);
        while (app.cluster
                        .client
                        .pods()
                        .inNamespace(app.cluster.namespace)
                        .list()
                        .getItems()
                        .size()
                != pods) {
            if (System.nanoTime() > end) {
                throw new AssertionError("pods do not end");
            }
        }
    }

    private static void run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (!process.waitFor(150, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new AssertionError(String.join(" ", command) + " failed");
        }
    }

    /** How long after the API server accepted that a pod is ready a watching target shows it. */
    private static void notice(int rounds) throws Exception {
        try (TestCluster cluster = TestCluster.open("ksoak-notice");
                PretendKubelet kubelet = new PretendKubelet(cluster.client, cluster.namespace, false)) {
            ManyRollouts.application(cluster, "app", 1);
            long[] told = new long[rounds];
            long[] shown = new long[rounds];
            try (KubernetesTarget target = cluster.target().build()) {
                AtomicLong heard = new AtomicLong();
                AtomicLong seen = new AtomicLong();
                try (AutoCloseable watch = target.watch(() -> {
                    long now = System.nanoTime();
                    if (target.observe().groups().stream().anyMatch(g -> g.ready() > 0)) {
                        heard.compareAndSet(0, now);
                        seen.compareAndSet(0, System.nanoTime());
                    }
                })) {
                    for (int i = 0; i < rounds; i++) {
                        Pod pod = onePod(cluster, i);
                        heard.set(0);
                        seen.set(0);
                        kubelet.makeReady(pod);
                        long accepted = kubelet.ready.get(pod.getMetadata().getName())[1];
                        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
                        while (seen.get() == 0) {
                            if (System.nanoTime() > end) {
                                throw new AssertionError("never noticed");
                            }
                            Thread.onSpinWait();
                        }
                        told[i] = (heard.get() - accepted) / 1_000;
                        shown[i] = (seen.get() - accepted) / 1_000;
                        cluster.client.resource(pod).delete();
                    }
                }
            }
            print("a listener hears of a ready pod after", told);
            print("an observation shows it after", shown);
        }
    }

    private static void print(String what, long[] micros) {
        Arrays.sort(micros);
        System.out.printf(
                "%s (µs): median %,d, 90 %% %,d, longest %,d of %d%n",
                what, median(micros), micros[(int) (micros.length * 0.9)], micros[micros.length - 1], micros.length);
    }

    private static Pod onePod(TestCluster cluster, int round) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (System.nanoTime() < end) {
            List<Pod> pods =
                    cluster.client.pods().inNamespace(cluster.namespace).list().getItems();
            if (pods.size() == 1
                    && pods.get(0).getMetadata().getDeletionTimestamp() == null
                    && "Pending".equals(pods.get(0).getStatus().getPhase())) {
                return pods.get(0);
            }
        }
        throw new AssertionError("no fresh pod in round " + round);
    }

    /** How long after a crash is first visible a rollout calls the release failed, and goes back. */
    private static void crash(int rounds) throws Exception {
        try (SoakApp app = new SoakApp("ksoak-crash")) {
            app.create(3);
            long[] took = new long[rounds];
            try (KubernetesTarget target = app.cluster.target().build()) {
                for (int i = 0; i < rounds; i++) {
                    AtomicLong visible = new AtomicLong();
                    AtomicLong failed = new AtomicLong();
                    try (Watch watch = app.cluster
                                    .client
                                    .pods()
                                    .inNamespace(app.cluster.namespace)
                                    .watch(new FirstCrash("c" + i, visible));
                            Deployer deployer = Deployer.builder()
                                    .listener(e -> {
                                        if (e instanceof Event.Failed) {
                                            failed.compareAndSet(0, System.nanoTime());
                                        }
                                    })
                                    .build()) {
                        RolloutResult result = deployer.rollout(target)
                                .release(SoakRelease.CRASH.release("c" + i, true))
                                .strategy(BlueGreen.standard().bakeTime(Duration.ZERO))
                                .limits(NO_WAITS)
                                .execute();
                        took[i] = (failed.get() - visible.get()) / 1_000_000;
                        System.out.println(result.outcome() + ", failed " + took[i] + " ms after the crash showed; "
                                + result.reason());
                    }
                    quiet(app, 3);
                }
            }
            System.out.println("median " + median(took) + " ms of " + rounds);
        }
    }

    private record FirstCrash(String version, AtomicLong visible) implements Watcher<Pod> {
        @Override
        public void eventReceived(Action action, Pod pod) {
            boolean ended = pod.getStatus().getContainerStatuses().stream().anyMatch(FirstCrash::ended);
            boolean ours =
                    pod.getSpec().getContainers().get(0).getEnv().stream().anyMatch(e -> version.equals(e.getValue()));
            if (ended && ours) {
                visible.compareAndSet(0, System.nanoTime());
            }
        }

        private static boolean ended(ContainerStatus status) {
            return status.getRestartCount() > 0
                    || status.getState() != null && status.getState().getTerminated() != null;
        }

        @Override
        public void onClose(WatcherException cause) {
            System.out.println("the watch of the measurement was closed: " + cause);
        }
    }

    static KubernetesClient counted(SoakApp app, Requests requests) {
        return new KubernetesClientBuilder()
                .withConfig(app.cluster.client.getConfiguration())
                .withHttpClientBuilderConsumer(http -> http.addOrReplaceInterceptor("requests", requests))
                .build();
    }

    private static KubernetesTarget target(SoakApp app, KubernetesClient client) {
        return KubernetesTarget.deployment("app")
                .namespace(app.cluster.namespace)
                .client(client)
                .build();
    }

    private static long millis(long begun) {
        return (System.nanoTime() - begun) / 1_000_000;
    }

    static long median(long[] values) {
        long[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
