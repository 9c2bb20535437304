package io.dpg.deploy.examples;

import io.dpg.deploy.Deployer;
import io.dpg.deploy.RolloutResult;
import io.dpg.deploy.aws.AwsClients;
import io.dpg.deploy.aws.DynamoJournal;
import io.dpg.deploy.aws.EcsTarget;
import io.dpg.deploy.event.ConsoleProgress;
import io.dpg.deploy.strategy.Rolling;

/**
 * The rollback script of the guide as a program: makes an ECS service run its previous task definition, or a version that is
 * named, and waits until it is stable.
 *
 * <p>Usage: {@code EcsRollback <cluster> <service> [version]}; region and credentials by the SDK's chains.
 */
public final class EcsRollback {

    private EcsRollback() {}

    /** Rolls back; exits with 1 where that did not succeed. */
    public static void main(String[] args) {
        try (AwsClients aws = AwsClients.standard()) {
            System.exit(back(aws, args).promoted() ? 0 : 1);
        }
    }

    static RolloutResult back(AwsClients aws, String[] args) {
        try (EcsTarget target = EcsTarget.service(args[0], args[1]).clients(aws).build();
                Deployer deployer = Deployer.builder()
                        .journal(DynamoJournal.in(aws, "dpg-deploy"))
                        .listener(ConsoleProgress.standard())
                        .build()) {
            var rollback = deployer.rollback(target).strategy(Rolling.standard());
            return (args.length > 2 ? rollback.to(args[2]) : rollback).execute();
        }
    }
}
