package io.dpg.deploy.k8s;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.client.dsl.RollableScalableResource;
import java.util.concurrent.TimeUnit;

/**
 * The same load on the same application, but nobody rolls out anything: what fails here is the machine's fault. With
 * {@code scale}, pods come and go, as the Deployment is resized between 3 and 6 and those that end still answer for 5 s.
 * With {@code down} or {@code stop}, the API server is ended or stopped for 20 s every 90 s.
 *
 * <p>Usage: {@code SoakControl <seconds> [scale|down|stop]}; {@code -Dsoak.reuse-ports=true} lets the client reuse ports at once.
 */
public final class SoakControl {

    private SoakControl() {}

    /** Loads; see the class. */
    public static void main(String[] args) throws InterruptedException {
        try (SoakApp app = new SoakApp("ksoak-control")) {
            app.create(Soak.REPLICAS);
            String what = args.length > 1 ? args[1] : "";
            if (what.equals("scale")) {
                hook(app);
            }
            try (SoakLoad load = SoakLoad.on(app.address(), 250)) {
                long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(Long.parseLong(args[0]));
                for (int round = 0; System.nanoTime() < end; round++) {
                    TimeUnit.SECONDS.sleep(10);
                    if (round % 9 == 0 && (what.equals("down") || what.equals("stop"))) {
                        try (SoakOutage outage = new SoakOutage(0, 20_000, what.equals("down"))) {
                            System.out.println(java.time.Instant.now() + " " + outage);
                        }
                    }
                    if (what.equals("scale")) {
                        deployment(app).scale(round % 2 == 0 ? 2 * Soak.REPLICAS : Soak.REPLICAS);
                    }
                    if (!load.failures().isEmpty()) {
                        System.out.println(load);
                    }
                }
                System.out.println("nothing rolled out: " + load);
            }
        }
    }

    private static RollableScalableResource<Deployment> deployment(SoakApp app) {
        return app.cluster
                .client
                .apps()
                .deployments()
                .inNamespace(app.cluster.namespace)
                .withName("app");
    }

    private static void hook(SoakApp app) {
        deployment(app).edit(d -> new DeploymentBuilder(d)
                .editSpec()
                .editTemplate()
                .editSpec()
                .editFirstContainer()
                .withNewLifecycle()
                .withNewPreStop()
                .withNewExec()
                .withCommand("sleep", "5")
                .endExec()
                .endPreStop()
                .endLifecycle()
                .endContainer()
                .endSpec()
                .endTemplate()
                .endSpec()
                .build());
        deployment(app).waitUntilReady(60, TimeUnit.SECONDS);
        deployment(app)
                .waitUntilCondition(
                        d -> d.getStatus().getUpdatedReplicas() == Soak.REPLICAS
                                && d.getStatus().getReplicas() == Soak.REPLICAS,
                        60,
                        TimeUnit.SECONDS);
    }
}
