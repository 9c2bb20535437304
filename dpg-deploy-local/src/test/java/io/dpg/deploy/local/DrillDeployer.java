package io.dpg.deploy.local;

import io.dpg.deploy.Deployer;
import io.dpg.deploy.Environment;
import io.dpg.deploy.Limits;
import io.dpg.deploy.Release;
import io.dpg.deploy.RolloutResult;
import io.dpg.deploy.event.AuditTrail;
import io.dpg.deploy.strategy.BlueGreen;
import io.dpg.deploy.strategy.Canary;
import io.dpg.deploy.strategy.Strategy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** The process that is killed: rolls out, or resumes. Arguments: folder, blue-green or canary or resume, version. */
final class DrillDeployer {

    private DrillDeployer() {}

    public static void main(String[] args) {
        Path folder = Path.of(args[0]);
        LocalTarget target = LocalFixture.target(folder, "ok");
        try (AuditTrail audit = AuditTrail.to(folder.resolve("audit.jsonl"));
                Deployer deployer = Deployer.builder()
                        .listener(audit)
                        .leaseTtl(Duration.ofSeconds(2))
                        .build()) {
            if (args[1].equals("resume")) {
                Optional<RolloutResult> result = deployer.resume(target).execute();
                System.out.println(
                        "resumed " + result.map(RolloutResult::outcome).orElse("nothing"));
            } else {
                RolloutResult result = deployer.rollout(target)
                        .release(Release.of("demo", args[2]))
                        .strategy(strategy(args[1]))
                        .environment(Environment.named("drill").replicas(2).build())
                        .limits(Limits.DEFAULT.drain(Duration.ofSeconds(1)))
                        .execute();
                System.out.println("ended " + result.outcome() + ": " + result.reason());
            }
        }
    }

    private static Strategy strategy(String name) {
        Duration bake = Duration.ofMillis(400);
        return name.equals("canary")
                ? Canary.weights(10, 50, 100).bakeTime(bake).finalBakeTime(bake)
                : BlueGreen.standard().bakeTime(bake);
    }
}
