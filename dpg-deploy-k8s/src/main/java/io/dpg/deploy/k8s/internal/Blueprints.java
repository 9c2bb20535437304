package io.dpg.deploy.k8s.internal;

import io.dpg.deploy.Revision;
import io.dpg.deploy.Slot;
import io.dpg.deploy.Traffic;
import io.dpg.deploy.secret.Secret;
import io.dpg.deploy.spi.ConflictException;
import io.dpg.deploy.spi.GroupRequest;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Finds out what template a request needs, and writes the secrets that it reads. */
final class Blueprints {

    /** Since this minor version hooks have an action {@code sleep} (feature PodLifecycleSleepAction, on by default). */
    private static final int NATIVE_SLEEP = 30;

    private final Api api;
    private final App app;
    private final Reader reader;

    Blueprints(Api api, Reader reader) {
        this.api = api;
        this.app = api.app();
        this.reader = reader;
    }

    /**
     * Returns what {@code request} asks for.
     *
     * @param inPlace whether instances of the slot that serves are to be replaced, rather than ones beside it launched
     */
    Blueprint make(Snapshot now, GroupRequest request, boolean inPlace) {
        Slot slot = request.slot();
        Revision earlier = request.revision();
        String secretVersion = request.secrets().isEmpty() ? null : secrets(now, slot, request.secrets());
        if (earlier != null) {
            return earlier(now, slot, earlier, inPlace);
        }
        return fresh(now, request, inPlace, secretVersion);
    }

    /** Returns what {@code request} would come to, beside what serves; writes nothing. */
    Blueprint sketch(Snapshot now, GroupRequest request) {
        return fresh(now, request, false, request.secrets().isEmpty() ? null : "not written");
    }

    private Blueprint fresh(Snapshot now, GroupRequest request, boolean inPlace, @Nullable String secretVersion) {
        Slot slot = request.slot();
        PodTemplateSpec base = base(now, slot, inPlace);
        if (Templates.container(base, app).isEmpty()) {
            throw api.fault("Tried to launch " + request.release() + ", but cannot tell which container runs it; name "
                    + "it with container(…)");
        }
        Set<String> selectors = new HashSet<>(now.selector().keySet());
        Map<String, String> own = now.blue().require().getSpec().getSelector().getMatchLabels();
        if (own != null) {
            selectors.addAll(own.keySet());
        }
        return Blueprint.of(
                base, request, new Blueprint.Place(app, slot, selectors, secretVersion, api.atLeast(NATIVE_SLEEP)));
    }

    /** A release starts from what serves, so that what others changed there is kept. */
    private static PodTemplateSpec base(Snapshot now, Slot slot, boolean inPlace) {
        Traffic traffic = Weights.of(now);
        Slot serving = traffic.share(slot.other()) > 0 && !inPlace
                ? slot.other()
                : traffic.share(slot) > 0 || now.slot(slot).deployment().isPresent() ? slot : Slot.BLUE;
        if (traffic.isNone()) {
            serving = Slot.BLUE;
        }
        return now.slot(serving).require().getSpec().getTemplate();
    }

    private Blueprint earlier(Snapshot now, Slot slot, Revision revision, boolean inPlace) {
        SlotView view = now.slot(slot);
        SlotView other = now.slot(slot.other());
        boolean narrowed = now.selector().containsKey(Names.SLOT);
        boolean label = slot == Slot.GREEN || (inPlace ? narrowed : other.exists());
        if (view.deployment().isPresent() && view.revision().equals(revision) && (view.labelled() || !label)) {
            return new Blueprint(view.require().getSpec().getTemplate(), revision);
        }
        Optional<ReplicaSet> labelled = view.sets().stream()
                .filter(s -> Templates.revision(s).equals(revision))
                .filter(s -> Templates.labels(s.getSpec().getTemplate()).containsKey(Names.SLOT))
                .findFirst();
        ReplicaSet set = (label ? labelled : Optional.<ReplicaSet>empty())
                .or(() -> view.set(revision.id()))
                .or(() -> other.set(revision.id()))
                .orElseThrow(() -> api.fault("Tried to run " + revision + " again, but no ReplicaSet of "
                        + app.deployment(Slot.BLUE) + " or " + app.deployment(Slot.GREEN)
                        + " keeps it (revisionHistoryLimit); release that version anew"));
        return new Blueprint(Templates.again(set, slot, label, app), revision);
    }

    /** Writes the Secret that instances of {@code slot} read. Returns what changes whenever its content does. */
    private String secrets(Snapshot now, Slot slot, Map<String, Secret> secrets) {
        String name = app.secret(slot);
        Map<String, String> data = new TreeMap<>();
        secrets.forEach((variable, secret) -> data.put(variable, secret.reveal()));
        io.fabric8.kubernetes.api.model.Secret wanted = new SecretBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(app.namespace())
                .addToLabels(Names.APPLICATION, app.name())
                .withOwnerReferences(Previews.owner(now.blue().require()))
                .endMetadata()
                .withType("Opaque")
                .build();
        java.util.Base64.Encoder base64 = java.util.Base64.getEncoder();
        data.replaceAll((k, v) -> base64.encodeToString(v.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
        wanted.setData(data);
        for (int tries = 1; ; tries++) {
            try {
                Optional<io.fabric8.kubernetes.api.model.Secret> present =
                        api.find("read Secret " + name, c -> c.secrets()
                                .inNamespace(app.namespace())
                                .withName(name)
                                .get());
                io.fabric8.kubernetes.api.model.Secret written = present.isEmpty()
                        ? api.call(
                                "create Secret " + name, c -> c.resource(wanted).create())
                        : api.patch(
                                present.get(),
                                new SecretBuilder(present.get()).withData(data).build());
                return written.getMetadata().getUid() + "/"
                        + written.getMetadata().getResourceVersion();
            } catch (ConflictException e) {
                if (tries == 5) {
                    throw e;
                }
            }
        }
    }
}
