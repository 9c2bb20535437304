package io.dpg.deploy.examples;

import io.dpg.deploy.Deployer;
import io.dpg.deploy.Limits;
import io.dpg.deploy.Release;
import io.dpg.deploy.RolloutResult;
import io.dpg.deploy.event.ConsoleProgress;
import io.dpg.deploy.k8s.KubernetesTarget;
import io.dpg.deploy.strategy.BlueGreen;
import io.dpg.deploy.verify.HttpCheck;
import java.time.Duration;

/**
 * Rolls a version out blue-green on the cluster of the current kubeconfig: a second Deployment gets ready and is checked
 * at its preview address, then the Service's selector sends all users there. The old pods stay a while, so that going back
 * takes no more than switching the selector again.
 *
 * <p>Usage: {@code KubernetesBlueGreen <namespace> <deployment> <version> [image]}; see {@code examples/kubernetes}.
 */
public final class KubernetesBlueGreen {

    private KubernetesBlueGreen() {}

    /** Rolls out; exits with 1 where the version was not promoted. */
    public static void main(String[] args) {
        RolloutResult result = roll(args, Duration.ofSeconds(10));
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
                    .strategy(BlueGreen.standard().bakeTime(bake).retireAfter(bake))
                    .verify(HttpCheck.get("/version").status(200).within(Duration.ofSeconds(30)))
                    .limits(Limits.DEFAULT.drain(Duration.ofSeconds(5)))
                    .execute();
        }
    }
}
