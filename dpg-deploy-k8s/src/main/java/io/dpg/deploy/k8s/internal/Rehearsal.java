package io.dpg.deploy.k8s.internal;

import io.dpg.deploy.DeployException;
import io.dpg.deploy.Environment;
import io.dpg.deploy.Fault;
import io.dpg.deploy.Release;
import io.dpg.deploy.Slot;
import io.dpg.deploy.secret.Secret;
import io.dpg.deploy.spi.GroupRequest;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Asks the API server what it would say to the Deployment of a release, without keeping it ({@code dryRun=All}): it knows
 * best which quantities, names and fields it takes, and what its admission webhooks refuse.
 */
final class Rehearsal {

    /** What the API server says where an admission webhook has side effects: then nobody can tell beforehand. */
    private static final String NO_REHEARSALS = "does not support dry run";

    private static final Secret NO_VALUE = Secret.of("rehearsal");

    private final Api api;
    private final Blueprints blueprints;

    Rehearsal(Api api, Blueprints blueprints) {
        this.api = api;
        this.blueprints = blueprints;
    }

    List<Fault> of(Snapshot now, Release release, Environment environment) {
        Map<String, Secret> names = new HashMap<>();
        environment.secrets().keySet().forEach(name -> names.put(name, NO_VALUE));
        GroupRequest request = new GroupRequest(Slot.GREEN, release, null, 0, environment, names);
        Deployment present = now.green().deployment().orElse(null);
        Blueprint wanted = blueprints.sketch(now, request);
        Deployment base = present == null
                ? Launching.green(api, now.blue().require(), wanted.template())
                : new DeploymentBuilder(present)
                        .editSpec()
                        .withTemplate(wanted.template())
                        .endSpec()
                        .build();
        try {
            api.rehearse(present, base);
            return List.of();
        } catch (DeployException e) {
            if (e.retryable()) {
                throw e;
            }
            if (String.valueOf(e.getMessage()).contains(NO_REHEARSALS)) {
                return List.of();
            }
            return List.of(
                    new Fault("release", release.toString(), "the API server would not take it: " + e.getMessage()));
        }
    }
}
