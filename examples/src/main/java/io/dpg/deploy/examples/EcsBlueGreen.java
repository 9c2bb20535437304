package io.dpg.deploy.examples;

import io.dpg.deploy.Deployer;
import io.dpg.deploy.Environment;
import io.dpg.deploy.Release;
import io.dpg.deploy.RolloutResult;
import io.dpg.deploy.aws.AlarmGate;
import io.dpg.deploy.aws.AlarmWatch;
import io.dpg.deploy.aws.AwsClients;
import io.dpg.deploy.aws.DynamoJournal;
import io.dpg.deploy.aws.EcsTarget;
import io.dpg.deploy.event.ConsoleProgress;
import io.dpg.deploy.strategy.BlueGreen;

/**
 * Rolls an image out blue-green on an ECS service behind a load balancer: a second service gets ready beside it, then the
 * listener's weights send all users there; the old tasks stay for instant rollback. The database's address comes from
 * Secrets Manager by reference, as the guide has it. An alarm that fires takes the release back.
 *
 * <p>Usage: {@code EcsBlueGreen <cluster> <service> <version> <image> [alarm]}; region and credentials by the SDK's chains.
 */
public final class EcsBlueGreen {

    private EcsBlueGreen() {}

    /** Rolls out; exits with 1 where the version was not promoted. */
    public static void main(String[] args) throws InterruptedException {
        try (AwsClients aws = AwsClients.standard()) {
            System.exit(roll(aws, args).promoted() ? 0 : 1);
        }
    }

    static RolloutResult roll(AwsClients aws, String[] args) throws InterruptedException {
        DynamoJournal.createTable(aws, "dpg-deploy");
        Environment production = Environment.named("production")
                .secret("DATABASE_URL", "aws-sm:dpg-cluster/production/database#connection_string")
                .build();
        try (EcsTarget target = EcsTarget.service(args[0], args[1]).clients(aws).build();
                Deployer deployer = Deployer.builder()
                        .journal(DynamoJournal.in(aws, "dpg-deploy"))
                        .listener(ConsoleProgress.standard())
                        .build()) {
            var rollout = deployer.rollout(target)
                    .release(Release.of(args[1], args[2]).image(args[3]))
                    .strategy(BlueGreen.standard())
                    .environment(production);
            if (args.length > 4) {
                rollout = rollout.gate(AlarmGate.of(aws, args[4])).watch(AlarmWatch.of(aws, args[4]));
            }
            return rollout.execute();
        }
    }
}
