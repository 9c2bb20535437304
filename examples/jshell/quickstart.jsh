// Rolls out three versions of the demo service from JShell: the first, a canary, and one that is caught by its check.
//
//   ./mvnw -q package -DskipTests
//   jshell examples/target/env.jsh examples/jshell/quickstart.jsh

import io.dpg.deploy.*
import io.dpg.deploy.check.*
import io.dpg.deploy.event.*
import io.dpg.deploy.examples.*
import io.dpg.deploy.local.*
import io.dpg.deploy.strategy.*
import io.dpg.deploy.verify.*
import java.nio.file.*
import java.time.Duration

// Processes of this host behind a small proxy; {port}, {version} and {error-rate} are filled in.
var folder = Files.createTempDirectory("dpg-")
var target = LocalTarget.in(folder).command(DemoService.command("--error-rate", "{error-rate}")).readyHttp("/health").build()
var deployer = Deployer.builder().listener(ConsoleProgress.standard()).build()

Release demo(String version, String errorRate) { return Release.of("demo", version).setting("error-rate", errorRate); }

RolloutBuilder rollout(Release release, Strategy strategy) {
    return deployer.rollout(target).release(release).strategy(strategy).
        environment(Environment.named("demo").replicas(2).build()).
        verify(HttpCheck.get("/work").successes(6).backoff(Duration.ofMillis(10), Duration.ofMillis(50)).within(Duration.ofSeconds(8)));
}

var canary = Canary.weights(20, 100).bakeTime(Duration.ofSeconds(3)).finalBakeTime(Duration.ofSeconds(1))

// What would be done; touches nothing.
System.out.println(rollout(demo("1", "0"), BlueGreen.standard()).plan())

var first = rollout(demo("1", "0"), BlueGreen.standard().bakeTime(Duration.ZERO)).execute()
var users = LoadGenerator.start(target.liveEndpoint().get(), "/work", 100)
var second = rollout(demo("2", "0"), canary).execute()
var third = rollout(demo("3", "0.2"), canary).execute()

// Ends every process that was started.
users.close()
deployer.close()
target.shutdown()

System.out.printf("%nversion 1: %s, version 2: %s, version 3: %s%n", first.outcome(), second.outcome(), third.outcome())
System.out.printf("requests: %,d, failed: %d%n", users.report().sent(), users.report().failed())
boolean good = first.promoted() && second.promoted() && third instanceof RolloutResult.RolledBack && users.report().failed() == 0
/exit good ? 0 : 1
