package io.dpg.deploy.aws.internal.ecs;

import io.dpg.deploy.Environment;
import io.dpg.deploy.Fault;
import io.dpg.deploy.Release;
import io.dpg.deploy.Slot;
import io.dpg.deploy.Traffic;
import io.dpg.deploy.aws.internal.secret.ValueFrom;
import io.dpg.deploy.spi.ImageReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.DeploymentControllerType;
import software.amazon.awssdk.services.ecs.model.Service;

/** What already speaks against a release, found before anything is touched. Pure. */
final class Validation {

    /** Target groups per action and rule (docs.aws.amazon.com/elasticloadbalancing/latest/application, quotas). */
    private static final int GROUPS_PER_ACTION = 5;

    private Validation() {}

    static List<Fault> of(
            Snapshot now, EcsApp app, @Nullable String container, Release release, Environment environment) {
        List<Fault> faults = new ArrayList<>();
        Definition base = serving(now);
        if (base.container(container).isEmpty()) {
            faults.add(new Fault(
                    "container",
                    String.valueOf(container),
                    "the tasks have the containers "
                            + base.task().containerDefinitions().stream()
                                    .map(ContainerDefinition::name)
                                    .toList()
                            + "; name the one that runs the release"));
        }
        release.image()
                .filter(i -> !ImageReference.is(i))
                .ifPresent(i -> faults.add(new Fault(
                        "image",
                        i,
                        "is no image reference; expected such as 123456789012.dkr.ecr.eu-central-1.amazonaws.com/app:1.4.0"
                                + " or …@sha256:<64 digits>")));
        faults.addAll(ValueFrom.faults(environment.secrets()));
        size(base, environment).ifPresent(faults::add);
        service(faults, now, app);
        places(faults, now, app);
        return List.copyOf(faults);
    }

    private static Definition serving(Snapshot now) {
        Traffic traffic = now.traffic();
        SlotView view = now.slot(traffic.share(Slot.GREEN) > traffic.share(Slot.BLUE) ? Slot.GREEN : Slot.BLUE);
        return view.wanted();
    }

    private static Optional<Fault> size(Definition base, Environment environment) {
        Optional<Integer> cpu = Sizes.cpu(environment.resources());
        Optional<Integer> memory = Sizes.memory(environment.resources());
        if (!base.fargate() || (cpu.isEmpty() && memory.isEmpty())) {
            return Optional.empty();
        }
        return Sizes.fargate(
                cpu.orElseGet(() -> number(base.task().cpu())),
                memory.orElseGet(() -> number(base.task().memory())));
    }

    private static int number(@Nullable String text) {
        return text != null && text.matches("[0-9]{1,9}") ? Integer.parseInt(text) : 0;
    }

    private static void service(List<Fault> faults, Snapshot now, EcsApp app) {
        Service service = now.blue().require();
        if (service.deploymentController() != null
                && service.deploymentController().type() != null
                && service.deploymentController().type() != DeploymentControllerType.ECS) {
            faults.add(new Fault(
                    "service",
                    app.service(),
                    "has the deployment controller "
                            + service.deploymentController().typeAsString()
                            + ", which would deploy against this library; use one with the controller ECS"));
        }
    }

    private static void places(List<Fault> faults, Snapshot now, EcsApp app) {
        String blue = now.blue().group().orElse(null);
        if (blue == null) {
            return;
        }
        if (now.places().isEmpty()) {
            faults.add(new Fault(
                    "listener",
                    app.listener() == null ? blue : app.listener(),
                    "no listener or rule forwards to the service's target group; name it with listener(…) or rule(…)"));
        }
        String green = now.green().group().orElse("none");
        for (Place place : now.places()) {
            List<String> others = place.others(blue, green);
            if (!others.isEmpty()) {
                faults.add(new Fault(
                        "listener",
                        place.rule(),
                        "forwards to other target groups as well (" + others
                                + "), whose share would change with the weights; take them out, or give the application a"
                                + " rule of its own"));
            }
            if (!place.leadsTo(green) && place.forwards().size() >= GROUPS_PER_ACTION) {
                faults.add(new Fault(
                        "listener",
                        place.rule(),
                        "forwards to " + place.forwards().size() + " target groups, and AWS takes no more than "
                                + GROUPS_PER_ACTION + "; take out what has no weight"));
            }
        }
    }
}
