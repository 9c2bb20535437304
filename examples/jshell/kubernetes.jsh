// Rolls out a good and a bad version of the demo application on the cluster of the current kubeconfig, and goes back.
//
//   kubectl create namespace demo
//   kubectl -n demo apply -f examples/kubernetes/demo.yaml
//   ./mvnw -q package -DskipTests
//   jshell examples/target/env.jsh examples/jshell/kubernetes.jsh
//
// Another namespace than demo: jshell -R-Dnamespace=shop …

import io.dpg.deploy.*
import io.dpg.deploy.event.*
import io.dpg.deploy.k8s.*
import io.dpg.deploy.strategy.*
import io.dpg.deploy.verify.*
import java.time.Duration

var target = KubernetesTarget.deployment("web").namespace(System.getProperty("namespace", "demo")).build()
var deployer = Deployer.builder().listener(ConsoleProgress.standard()).build()

RolloutBuilder rollout(Release release) {
    return deployer.rollout(target).release(release).
        strategy(BlueGreen.standard().bakeTime(Duration.ofSeconds(2)).retireAfter(Duration.ofSeconds(10))).
        limits(Limits.DEFAULT.drain(Duration.ofSeconds(3))).
        verify(HttpCheck.get("/version").status(200).within(Duration.ofSeconds(20)));
}

var second = Release.of("web", "2").setting("VERSION", "2")
var third = Release.of("web", "3").image("busybox:there-is-none")

// What would be done; touches nothing.
System.out.println(rollout(second).plan())

var good = rollout(second).execute()
var bad = rollout(third).execute()
var back = deployer.rollback(target).limits(Limits.DEFAULT.drain(Duration.ofSeconds(3))).execute()

deployer.close()
target.close()

System.out.printf("%nversion 2: %s, version 3: %s, back to 1: %s%n", good.outcome(), bad.outcome(), back.outcome())
System.out.println(bad.reason())
/exit good.promoted() && bad instanceof RolloutResult.RolledBack && back.promoted() ? 0 : 1
