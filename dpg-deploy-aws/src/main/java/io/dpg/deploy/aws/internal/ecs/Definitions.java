package io.dpg.deploy.aws.internal.ecs;

import io.dpg.deploy.Release;
import io.dpg.deploy.Revision;
import io.dpg.deploy.secret.SecretRef;
import io.dpg.deploy.spi.GroupRequest;
import io.dpg.deploy.spi.Known;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.DescribeTaskDefinitionResponse;
import software.amazon.awssdk.services.ecs.model.RegisterTaskDefinitionRequest;
import software.amazon.awssdk.services.ecs.model.SortOrder;
import software.amazon.awssdk.services.ecs.model.TaskDefinitionField;
import software.amazon.awssdk.services.ecs.model.TaskDefinitionStatus;

/** Reads task definitions, which never change, and registers those that releases need. Thread-safe. */
final class Definitions {

    /** How far back revisions are looked at: for what was asked for before, and for ways back. */
    static final int RECENT = 20;

    private static final int CACHED = 1_000;

    private final EcsApi api;
    private final Function<Map<String, SecretRef>, Map<String, String>> valueFrom;
    private final Map<String, Definition> known = new ConcurrentHashMap<>();

    /** Reads with {@code api}; {@code valueFrom} says how ECS is told of secrets, by variable. */
    Definitions(EcsApi api, Function<Map<String, SecretRef>, Map<String, String>> valueFrom) {
        this.api = api;
        this.valueFrom = valueFrom;
    }

    /** Returns the task definition of {@code arn}, or of {@code family:number}. */
    Definition get(String arn) {
        String key = Definition.revision(arn).id();
        Definition present = known.get(key);
        if (present != null) {
            return present;
        }
        DescribeTaskDefinitionResponse read = api.call("read task definition " + key, () -> api.clients()
                .ecs()
                .describeTaskDefinition(b -> b.taskDefinition(arn).include(TaskDefinitionField.TAGS)));
        Definition made = new Definition(read.taskDefinition(), read.tags());
        if (known.size() < CACHED) {
            known.put(key, made);
        }
        return made;
    }

    /** Returns the ARNs of the newest revisions of {@code family}, newest first. */
    List<String> recent(String family) {
        List<String> arns = api.call("list the revisions of " + family, () -> api.clients()
                .ecs()
                .listTaskDefinitions(b -> b.familyPrefix(family)
                        .status(TaskDefinitionStatus.ACTIVE)
                        .sort(SortOrder.DESC)
                        .maxResults(RECENT))
                .taskDefinitionArns());
        return arns.stream()
                .sorted(Comparator.comparingInt(Definitions::number).reversed())
                .limit(RECENT)
                .toList();
    }

    private static int number(String arn) {
        String number = arn.substring(arn.lastIndexOf(':') + 1);
        return number.matches("[0-9]{1,9}") ? Integer.parseInt(number) : 0;
    }

    List<Known> history(String family, @Nullable String container) {
        List<Known> all = new ArrayList<>();
        for (String arn : recent(family)) {
            Definition one = get(arn);
            all.add(new Known(one.revision(), one.version(container)));
        }
        return List.copyOf(all);
    }

    /** Returns the task definition that {@code request} asks for, registered where there is none yet. */
    Definition wanted(Definition base, GroupRequest request, @Nullable String container) {
        Revision earlier = request.revision();
        if (earlier != null) {
            return get(earlier.id());
        }
        RegisterTaskDefinitionRequest made = request(base, request, container);
        String digest = digest(made, container);
        Optional<Definition> present = recent(base.task().family()).stream()
                .map(this::get)
                .filter(d -> digest.equals(label(d, container)))
                .findFirst();
        if (present.isPresent()) {
            return present.get();
        }
        RegisterTaskDefinitionRequest labelled = withLabel(made, container, digest);
        String arn = api.call("register a task definition of " + made.family(), () -> api.clients()
                .ecs()
                .registerTaskDefinition(labelled)
                .taskDefinition()
                .taskDefinitionArn());
        return api.poll(java.time.Duration.ofSeconds(10), () -> shown(arn))
                .orElseThrow(() -> api.retryable("Tried to register " + arn + ", but it does not show yet"));
    }

    /** A task definition that was just registered may not be known everywhere yet. */
    private Optional<Definition> shown(String arn) {
        try {
            return Optional.of(get(arn));
        } catch (io.dpg.deploy.DeployException e) {
            return Optional.empty();
        }
    }

    private static @Nullable String label(Definition definition, @Nullable String container) {
        return definition
                .container(container)
                .map(c -> c.dockerLabels().get(Labels.REQUEST))
                .orElse(null);
    }

    /** Returns {@code base} with what {@code request} asks for laid over it, and every other field carried over. */
    RegisterTaskDefinitionRequest request(Definition base, GroupRequest request, @Nullable String container) {
        RegisterTaskDefinitionRequest.Builder made = RegisterTaskDefinitionRequest.builder();
        Fields.carry(base.task(), made, Set.of());
        if (!base.tags().isEmpty()) {
            made.tags(base.tags());
        }
        ContainerDefinition own = base.container(container)
                .orElseThrow(
                        () -> api.fault("Tried to release " + request.release() + ", but cannot tell which container"
                                + " of " + base.revision() + " runs it; name it with container(…)"));
        Overlay overlay = new Overlay(made, own, base.sizedAsTask());
        Release release = request.release();
        release.image().ifPresent(overlay::image);
        Map<String, String> plain = new LinkedHashMap<>(request.environment().variables());
        plain.putAll(release.settings());
        Map<String, SecretRef> secrets = request.environment().secrets();
        plain.keySet().removeAll(secrets.keySet());
        plain.forEach(overlay::variable);
        if (!secrets.isEmpty()) {
            valueFrom.apply(secrets).forEach(overlay::reads);
        }
        Sizes.cpu(request.environment().resources()).ifPresent(overlay::cpu);
        Sizes.memory(request.environment().resources()).ifPresent(overlay::memory);
        ContainerDefinition done = overlay.done(Map.of(Labels.VERSION, release.version()));
        return made.containerDefinitions(made.build().containerDefinitions().stream()
                        .map(c -> c.name().equals(done.name()) ? done : c)
                        .toList())
                .build();
    }

    private static RegisterTaskDefinitionRequest withLabel(
            RegisterTaskDefinitionRequest made, @Nullable String container, String digest) {
        List<ContainerDefinition> all = made.containerDefinitions().stream()
                .map(c -> container == null || c.name().equals(container) ? labelled(c, digest) : c)
                .toList();
        return made.toBuilder().containerDefinitions(all).build();
    }

    private static ContainerDefinition labelled(ContainerDefinition container, String digest) {
        Map<String, String> labels = new TreeMap<>(container.dockerLabels());
        labels.put(Labels.REQUEST, digest);
        return container.toBuilder().dockerLabels(labels).build();
    }

    private static String digest(RegisterTaskDefinitionRequest request, @Nullable String container) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256")
                    .digest((Fields.text(request) + container).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 10);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
