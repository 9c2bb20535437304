package io.dpg.deploy.k8s;

import io.dpg.deploy.Deployer;
import io.dpg.deploy.Limits;
import io.dpg.deploy.RolloutResult;
import io.dpg.deploy.check.Check;
import io.dpg.deploy.event.AuditTrail;
import io.dpg.deploy.event.Event;
import io.dpg.deploy.spi.Target;
import io.dpg.deploy.strategy.BlueGreen;
import io.dpg.deploy.strategy.Canary;
import io.dpg.deploy.strategy.Rolling;
import io.dpg.deploy.strategy.Strategy;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * One rollout of the soak; as a program, one in a process that can be killed.
 *
 * <p>Usage: {@code SoakRun <namespace> <audit file> <strategy or "resume"> <kind> <version>}.
 */
public final class SoakRun {

    static final String BEGUN = "begun";

    static final Limits LIMITS = Limits.DEFAULT.verify(Duration.ofSeconds(60)).drain(Duration.ofSeconds(3));

    private SoakRun() {}

    static Strategy strategy(String name) {
        Duration bake = Duration.ofSeconds(1);
        return switch (name) {
            case "blue-green" -> BlueGreen.standard().bakeTime(bake);
            case "canary" -> Canary.weights(25, 50, 100).bakeTime(bake).finalBakeTime(bake);
            case "rolling" -> Rolling.standard();
            default -> throw new IllegalArgumentException("no such strategy: " + name);
        };
    }

    static RolloutResult roll(Deployer deployer, Target target, String strategy, SoakRelease kind, String version) {
        return deployer.rollout(target)
                .release(kind.release(version, !strategy.equals("rolling")))
                .strategy(strategy(strategy))
                .verify(check(target))
                .limits(LIMITS.ready(Duration.ofSeconds(kind == SoakRelease.NEVER ? 15 : 90)))
                .execute();
    }

    private static Check check(Target target) {
        URI live = target.liveEndpoint().orElseThrow();
        return new SoakCheck(live);
    }

    /** Rolls out or resumes; prints when it has begun and how it ended. */
    public static void main(String[] args) {
        try (KubernetesTarget target =
                        KubernetesTarget.deployment("app").namespace(args[0]).build();
                AuditTrail audit = AuditTrail.to(Path.of(args[1]));
                Deployer deployer = Deployer.builder()
                        .listener(audit)
                        .listener(event -> {
                            if (event instanceof Event.Started) {
                                System.out.println(BEGUN);
                            }
                        })
                        .leaseTtl(Duration.ofSeconds(5))
                        .build()) {
            if (args[2].equals("resume")) {
                Optional<RolloutResult> result =
                        deployer.resume(target).verify(check(target)).execute();
                System.out.println(
                        "resumed " + result.map(RolloutResult::outcome).orElse("nothing")
                                + result.map(r -> ": " + r.reason()).orElse(""));
            } else {
                RolloutResult result = roll(deployer, target, args[2], SoakRelease.valueOf(args[3]), args[4]);
                System.out.println("ended " + result.outcome() + ": " + result.reason());
            }
        }
    }
}
