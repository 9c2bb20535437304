package io.dpg.deploy.examples;

import io.dpg.deploy.Environment;
import io.dpg.deploy.Environments;
import io.dpg.deploy.Plan;
import io.dpg.deploy.check.ApprovalPolicy;
import java.nio.file.Path;

/** Loads environments from YAML and prints them. */
public final class EnvironmentsExample {

    private EnvironmentsExample() {}

    /**
     * Prints the environments of a file.
     *
     * @param args the file; default {@code environments.yaml}
     */
    public static void main(String[] args) {
        Environments environments = Environments.load(Path.of(args.length > 0 ? args[0] : "environments.yaml"));
        environments.all().forEach(environment -> System.out.println(describe(environment)));
    }

    static String describe(Environment environment) {
        return environment.name()
                + "\n  replicas:  "
                + environment.replicas().map(String::valueOf).orElse("as many as serve now")
                + "\n  variables: " + environment.variables()
                + "\n  secrets:   " + environment.secrets()
                + "\n  branches:  " + environment.branches()
                + "\n  approval:  "
                + environment.approval().map(EnvironmentsExample::describe).orElse("not needed");
    }

    private static String describe(ApprovalPolicy policy) {
        return "by " + policy.minimum() + (policy.minimum() == 1 ? " person" : " people") + " within "
                + Plan.text(policy.expires()) + ", else "
                + (policy.approveOnExpiry() ? "taken as given" : "refused");
    }
}
