package io.dpg.deploy.aws.internal.ecs;

import io.dpg.deploy.Revision;
import io.dpg.deploy.spi.ImageReference;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ecs.model.Compatibility;
import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.Tag;
import software.amazon.awssdk.services.ecs.model.TaskDefinition;

/**
 * A task definition as ECS keeps it. Immutable, as it is there.
 *
 * @param task the task definition
 * @param tags its tags
 */
record Definition(TaskDefinition task, List<Tag> tags) {

    Definition {
        tags = List.copyOf(tags);
    }

    String arn() {
        return task.taskDefinitionArn();
    }

    Revision revision() {
        return revision(arn());
    }

    /** Returns {@code family:number} of an ARN, or of what is short already. */
    static Revision revision(String arn) {
        return new Revision(arn.substring(arn.lastIndexOf('/') + 1));
    }

    /** Returns the container that runs the release: the one named, else the only one. */
    Optional<ContainerDefinition> container(@Nullable String name) {
        List<ContainerDefinition> all = task.containerDefinitions();
        if (name != null) {
            return all.stream().filter(c -> name.equals(c.name())).findFirst();
        }
        return all.size() == 1 ? Optional.of(all.get(0)) : Optional.empty();
    }

    /** Returns the version for people: as we noted it, else from the image. */
    String version(@Nullable String container) {
        ContainerDefinition found =
                container(container).orElse(task.containerDefinitions().get(0));
        String own = found.dockerLabels().get(Labels.VERSION);
        return own == null || own.isBlank() ? ImageReference.version(String.valueOf(found.image())) : own;
    }

    boolean fargate() {
        return task.requiresCompatibilities().contains(Compatibility.FARGATE);
    }

    /** Returns whether sizes are stated for the task as a whole. */
    boolean sizedAsTask() {
        return fargate() || task.cpu() != null || task.memory() != null;
    }

    /** Returns whether ECS waits for health checks of containers. */
    boolean checksHealth() {
        return task.containerDefinitions().stream()
                .anyMatch(c -> !Boolean.FALSE.equals(c.essential()) && c.healthCheck() != null);
    }
}
