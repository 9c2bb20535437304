// Rolls an image out blue-green on an ECS service, and goes back. Region and credentials by the SDK's chains.
//
//   ./mvnw -q package -DskipTests
//   jshell -R-Dcluster=dpg-cluster-production -R-Dservice=dpg-api-production -R-Dversion=1.5.0 -R-Dimage=… \
//       examples/target/env.jsh examples/jshell/ecs.jsh

import io.dpg.deploy.*
import io.dpg.deploy.aws.*
import io.dpg.deploy.event.*
import io.dpg.deploy.strategy.*

var aws = AwsClients.standard()
var target = EcsTarget.service(System.getProperty("cluster"), System.getProperty("service")).clients(aws).build()
DynamoJournal.createTable(aws, "dpg-deploy")
var deployer = Deployer.builder().journal(DynamoJournal.in(aws, "dpg-deploy")).listener(ConsoleProgress.standard()).build()
var release = Release.of(System.getProperty("service"), System.getProperty("version")).image(System.getProperty("image"))

// What would be done; touches nothing.
System.out.println(deployer.rollout(target).release(release).strategy(BlueGreen.standard()).plan())

var result = deployer.rollout(target).release(release).strategy(BlueGreen.standard()).execute()
System.out.println(result)

// To go back: deployer.rollback(target).execute()

deployer.close()
aws.close()
/exit result.promoted() ? 0 : 1
