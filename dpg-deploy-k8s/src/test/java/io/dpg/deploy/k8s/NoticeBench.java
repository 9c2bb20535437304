package io.dpg.deploy.k8s;

import io.dpg.deploy.Deployer;
import io.dpg.deploy.Environment;
import io.dpg.deploy.Journals;
import io.dpg.deploy.Limits;
import io.dpg.deploy.Release;
import io.dpg.deploy.RolloutResult;
import io.dpg.deploy.Slot;
import io.dpg.deploy.spi.Fence;
import io.dpg.deploy.spi.GroupRequest;
import io.dpg.deploy.strategy.BlueGreen;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Measures on the cluster of {@code KUBECONFIG}: how long after a bare watch shows that a pod is ready a target shows it,
 * and how long a blue-green rollout takes compared with {@code kubectl apply} and {@code kubectl rollout status}.
 */
final class NoticeBench {

    private NoticeBench() {}

    /** Runs; the argument is the number of pods of the rollouts. */
    public static void main(String[] args) throws Exception {
        int size = args.length > 0 ? Integer.parseInt(args[0]) : 10;
        try (TestCluster cluster = TestCluster.open("kcore-bench")) {
            cluster.application(1);
            try (KubernetesTarget target =
                    cluster.target().preStopDelay(Duration.ZERO).build()) {
                notice(cluster, target);
            }
        }
        for (int round = 0; round < 3; round++) {
            try (TestCluster cluster = TestCluster.open("kcore-bench")) {
                System.out.println(size + " pods: kubectl " + kubectl(cluster, size) + " ms, blue-green "
                        + blueGreen(cluster, size) + " ms");
            }
        }
    }

    private static void notice(TestCluster cluster, KubernetesTarget target) throws Exception {
        Fence fence = new Fence(1);
        target.launch(
                fence,
                new GroupRequest(Slot.GREEN, Release.of("app", "2"), null, 1, Environment.of("bench"), Map.of()));
        AtomicLong shown = new AtomicLong();
        Semaphore changes = new Semaphore(0);
        long[] late = new long[15];
        long[] look = new long[late.length];
        Watcher<Pod> bare = new Watcher<>() {
            @Override
            public void eventReceived(Action action, Pod pod) {
                boolean ready = pod.getMetadata().getDeletionTimestamp() == null
                        && pod.getStatus().getConditions().stream()
                                .anyMatch(c -> c.getType().equals("Ready") && "True".equals(c.getStatus()));
                if (ready && action == Action.MODIFIED) {
                    shown.compareAndSet(0, System.nanoTime());
                }
            }

            @Override
            public void onClose(WatcherException cause) {}
        };
        try (Watch raw = cluster.client
                        .pods()
                        .inNamespace(cluster.namespace)
                        .withLabel("dpg-deploy.io/slot", "green")
                        .watch(bare);
                AutoCloseable watch = target.watch(changes::release)) {
            await(target, changes, 1);
            for (int i = 0; i < late.length; i++) {
                shown.set(0);
                target.scale(fence, Slot.GREEN, 2);
                await(target, changes, 2);
                late[i] = System.nanoTime() - shown.get();
                long begun = System.nanoTime();
                target.observe();
                look[i] = System.nanoTime() - begun;
                target.scale(fence, Slot.GREEN, 1);
                await(target, changes, 1);
            }
        }
        Arrays.sort(late);
        Arrays.sort(look);
        System.out.println("ready pods noticed after: median " + late[late.length / 2] / 1_000_000 + " ms, most "
                + late[late.length - 1] / 1_000_000 + " ms; a look takes " + look[look.length / 2] / 1_000_000 + " ms");
    }

    private static void await(KubernetesTarget target, Semaphore changes, int ready) throws InterruptedException {
        while (target.observe().ready(Slot.GREEN) != ready) {
            changes.tryAcquire(1, TimeUnit.SECONDS);
            changes.drainPermits();
        }
    }

    private static long kubectl(TestCluster cluster, int size) throws Exception {
        cluster.application(size);
        run(cluster, "rollout", "status", "deployment/app");
        java.nio.file.Path file = java.nio.file.Files.createTempFile("app", ".json");
        var next = cluster.deployment(size);
        next.getMetadata().setName("app-kubectl");
        next.getSpec().getSelector().setMatchLabels(Map.of("app", "app-kubectl"));
        next.getSpec().getTemplate().getMetadata().setLabels(Map.of("app", "app-kubectl"));
        java.nio.file.Files.writeString(
                file, cluster.client.getKubernetesSerialization().asJson(next));
        long begun = System.nanoTime();
        run(cluster, "apply", "-f", file.toString());
        run(cluster, "rollout", "status", "deployment/app-kubectl");
        long taken = (System.nanoTime() - begun) / 1_000_000;
        run(cluster, "delete", "--wait=true", "deployment/app-kubectl");
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
        while (!cluster.client
                .pods()
                .inNamespace(cluster.namespace)
                .withLabel("app", "app-kubectl")
                .list()
                .getItems()
                .isEmpty()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("pods of kubectl linger");
            }
            TimeUnit.MILLISECONDS.sleep(200);
        }
        return taken;
    }

    private static long blueGreen(TestCluster cluster, int size) {
        try (KubernetesTarget target =
                        cluster.target().preStopDelay(Duration.ZERO).build();
                Deployer deployer =
                        Deployer.builder().journal(Journals.inMemory()).build()) {
            long begun = System.nanoTime();
            RolloutResult result = deployer.rollout(target)
                    .release(Release.of("app", "2").setting("VERSION", "2"))
                    .strategy(BlueGreen.standard().bakeTime(Duration.ZERO))
                    .limits(Limits.DEFAULT.drain(Duration.ZERO))
                    .execute();
            long taken = (System.nanoTime() - begun) / 1_000_000;
            if (!result.promoted()) {
                throw new AssertionError(result.toString());
            }
            return taken;
        }
    }

    private static void run(TestCluster cluster, String... command) throws Exception {
        java.util.List<String> all = new java.util.ArrayList<>(java.util.List.of("kubectl", "-n", cluster.namespace));
        all.addAll(java.util.List.of(command));
        Process process = new ProcessBuilder(all)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (!process.waitFor(120, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new AssertionError(String.join(" ", all) + " failed");
        }
    }
}
