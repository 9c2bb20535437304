package io.dpg.deploy.examples;

import io.dpg.deploy.Deployer;
import io.dpg.deploy.Limits;
import io.dpg.deploy.Release;
import io.dpg.deploy.RolloutResult;
import io.dpg.deploy.event.ConsoleProgress;
import io.dpg.deploy.k8s.KubernetesTarget;
import io.dpg.deploy.strategy.Canary;
import io.dpg.deploy.verify.HttpCheck;
import java.time.Duration;

/**
 * Rolls a version out as a canary on the cluster of the current kubeconfig, with nothing but the Service: each group gets
 * as many users as its share of the ready pods, so the shares are approximate. Where there is a Gateway, an Istio mesh or
 * ingress-nginx, {@code KubernetesTarget.Builder.router} makes them exact.
 *
 * <p>Usage: {@code KubernetesCanary <namespace> <deployment> <version> [image]}; see {@code examples/kubernetes}.
 */
public final class KubernetesCanary {

    private KubernetesCanary() {}

    /** Rolls out; exits with 1 where the version was not promoted. */
    public static void main(String[] args) {
        RolloutResult result = roll(args, Duration.ofSeconds(30));
        System.exit(result.promoted() ? 0 : 1);
    }

    static RolloutResult roll(String[] args, Duration bake) {
        Release release = Release.of(args[1], args[2]).setting("VERSION", args[2]);
        if (args.length > 3) {
            release = release.image(args[3]);
        }
        try (KubernetesTarget target =
                        KubernetesTarget.deployment(args[1]).namespace(args[0]).build();
                Deployer deployer =
                        Deployer.builder().listener(ConsoleProgress.standard()).build()) {
            return deployer.rollout(target)
                    .release(release)
                    .strategy(Canary.weights(25, 50, 100).bakeTime(bake).finalBakeTime(bake))
                    .verify(HttpCheck.get("/version").status(200).within(Duration.ofSeconds(30)))
                    .limits(Limits.DEFAULT.drain(Duration.ofSeconds(5)))
                    .execute();
        }
    }
}
