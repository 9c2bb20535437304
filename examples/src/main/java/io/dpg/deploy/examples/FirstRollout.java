package io.dpg.deploy.examples;

import io.dpg.deploy.*;
import io.dpg.deploy.event.ConsoleProgress;
import io.dpg.deploy.local.LocalTarget;
import io.dpg.deploy.strategy.Canary;
import io.dpg.deploy.verify.HttpCheck;
import java.nio.file.Path;
import java.time.Duration;

/** The program that the README explains: rolls out the version given as argument of {@code shop-VERSION.jar}. */
final class FirstRollout {

    private FirstRollout() {}

    public static void main(String[] args) {
        // begin
        LocalTarget shop = LocalTarget.in(Path.of("shop-state"))
                .port(8080)
                .readyHttp("/health")
                .command("java", "-jar", "shop-{version}.jar", "--port", "{port}")
                .build();
        try (Deployer deployer =
                Deployer.builder().listener(ConsoleProgress.standard()).build()) {
            deployer.rollout(shop)
                    .release(Release.of("shop", args[0]))
                    .strategy(Canary.weights(10, 50, 100).bakeTime(Duration.ofMinutes(5)))
                    .verify(HttpCheck.get("/health").status(200))
                    .execute()
                    .orThrow();
        }
        // end
    }
}
