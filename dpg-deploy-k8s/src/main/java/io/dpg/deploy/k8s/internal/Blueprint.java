package io.dpg.deploy.k8s.internal;

import io.dpg.deploy.Release;
import io.dpg.deploy.Revision;
import io.dpg.deploy.Slot;
import io.dpg.deploy.spi.GroupRequest;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.Lifecycle;
import io.fabric8.kubernetes.api.model.LifecycleHandler;
import io.fabric8.kubernetes.api.model.LifecycleHandlerBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * The pod template that runs a release: that of the group that serves, with the release's image, variables, limits and
 * secrets laid over, and everything else as the application's users wrote it. Pure: the same request on the same template
 * gives the same revision.
 *
 * @param template the template
 * @param revision its revision
 */
record Blueprint(PodTemplateSpec template, Revision revision) {

    private static final Pattern LABEL_VALUE = Pattern.compile("[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?");
    private static final KubernetesSerialization SERIAL = new KubernetesSerialization();
    private static final String VERSION_LABEL = "app.kubernetes.io/version";

    /**
     * Where a release is to run.
     *
     * @param app the application
     * @param slot the slot
     * @param selectors labels that Deployment and Service select by, whose values must stay
     * @param secretVersion changes when the resolved secrets do; null without secrets
     * @param nativeSleep whether the API server knows the {@code sleep} action of hooks (1.30)
     */
    record Place(
            App app,
            Slot slot,
            Set<String> selectors,
            @Nullable String secretVersion,
            boolean nativeSleep) {}

    static Blueprint of(PodTemplateSpec base, GroupRequest request, Place place) {
        PodTemplateSpec template = Overlay.copy(base);
        Overlay.undo(template);
        Release release = request.release();
        Container container = Templates.container(template, place.app).orElseThrow();
        release.image().ifPresent(container::setImage);
        Overlay overlay = new Overlay(container);
        variables(overlay, request, place);
        request.environment().resources().cpu().ifPresent(cpu -> overlay.limit("cpu", cpu));
        request.environment().resources().memory().ifPresent(memory -> overlay.limit("memory", memory));
        preStop(overlay, container, template, place);

        Map<String, String> labels = new HashMap<>(Templates.labels(template));
        labels.keySet().removeAll(Set.of(Names.SLOT, Names.LIVE, Names.REVISION));
        if (labels.containsKey(VERSION_LABEL)
                && !place.selectors.contains(VERSION_LABEL)
                && LABEL_VALUE.matcher(release.version()).matches()) {
            labels.put(VERSION_LABEL, release.version());
        }
        Map<String, String> annotations = new HashMap<>(Templates.annotations(template));
        annotations.keySet().removeAll(Set.of(Names.REVISION, Names.VERSION, Names.CHANGE_CAUSE));
        annotations.put(Names.VERSION, release.version());
        template.getMetadata().setLabels(labels);
        template.getMetadata().setAnnotations(annotations);
        String hash = hash(template, place.secretVersion, place.app.secret(place.slot));
        String id = release.version() + "-" + hash;
        overlay.note(template);
        labels.put(Names.SLOT, App.label(place.slot));
        labels.put(Names.LIVE, "true");
        labels.put(Names.REVISION, Digest.of(id));
        Map<String, String> noted = new HashMap<>(Templates.annotations(template));
        noted.put(Names.REVISION, id);
        template.getMetadata().setLabels(labels);
        template.getMetadata().setAnnotations(noted);
        return new Blueprint(template, new Revision(id));
    }

    private static void variables(Overlay overlay, GroupRequest request, Place place) {
        Map<String, String> plain = new LinkedHashMap<>(request.environment().variables());
        plain.putAll(request.release().settings());
        plain.keySet().removeAll(request.secrets().keySet());
        plain.forEach((name, value) ->
                overlay.env(new EnvVarBuilder().withName(name).withValue(value).build()));
        for (String name : new TreeSet<>(request.secrets().keySet())) {
            overlay.env(new EnvVarBuilder()
                    .withName(name)
                    .withNewValueFrom()
                    .withNewSecretKeyRef(name, place.app.secret(place.slot), null)
                    .endValueFrom()
                    .build());
        }
    }

    /**
     * Lets pods that are to end answer on for a moment: requests that were sent their way before everybody knew must find
     * the door open. Containers with a hook of their own know better.
     */
    private static void preStop(Overlay overlay, Container container, PodTemplateSpec template, Place place) {
        long seconds = place.app.preStop().toSeconds();
        Lifecycle own = container.getLifecycle();
        Long grace = template.getSpec().getTerminationGracePeriodSeconds();
        if (seconds == 0 || own != null && own.getPreStop() != null) {
            return;
        }
        if (grace != null && grace <= seconds) {
            // The hook's time counts as grace: without more of it, the application would have none to end in.
            overlay.grace(grace);
            template.getSpec().setTerminationGracePeriodSeconds(grace + seconds);
        }
        LifecycleHandler sleep = place.nativeSleep
                ? new LifecycleHandlerBuilder().withNewSleep(seconds).build()
                : new LifecycleHandlerBuilder()
                        .withNewExec()
                        .withCommand(List.of("sleep", String.valueOf(seconds)))
                        .endExec()
                        .build();
        container.setLifecycle(new Lifecycle(own == null ? null : own.getPostStart(), sleep, null));
        overlay.lifecycle();
    }

    /** The slot is left out: the same release has the same revision wherever it runs. */
    private static String hash(PodTemplateSpec template, @Nullable String secretVersion, String secret) {
        String json = SERIAL.asJson(template);
        Object sorted = sorted(JsonMapper.shared().readValue(json, Object.class));
        return Digest.of(JsonMapper.shared().writeValueAsString(sorted).replace(secret, "") + secretVersion);
    }

    private static Object sorted(Object value) {
        if (value instanceof Map<?, ?> map) {
            Map<String, Object> sorted = new TreeMap<>();
            map.forEach((k, v) -> sorted.put(String.valueOf(k), v == null ? "null" : sorted(v)));
            return sorted;
        }
        return value instanceof List<?> list
                ? list.stream().map(v -> v == null ? "null" : sorted(v)).toList()
                : value;
    }
}
