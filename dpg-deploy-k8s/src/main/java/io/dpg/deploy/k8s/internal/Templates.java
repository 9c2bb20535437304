package io.dpg.deploy.k8s.internal;

import io.dpg.deploy.Revision;
import io.dpg.deploy.Slot;
import io.dpg.deploy.spi.ImageReference;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads pod templates, and brings earlier ones back. Pure. */
final class Templates {

    private Templates() {}

    /** Returns the template of {@code set} as its Deployment had it: without the hash that the controller adds. */
    static PodTemplateSpec plain(ReplicaSet set) {
        return new PodTemplateSpecBuilder(set.getSpec().getTemplate())
                .editOrNewMetadata()
                .removeFromLabels(Names.HASH)
                .endMetadata()
                .build();
    }

    /** Returns the revision of {@code set}: ours where we launched it, else its name. */
    static Revision revision(ReplicaSet set) {
        String own = annotations(set.getSpec().getTemplate()).get(Names.REVISION);
        return new Revision(own == null ? set.getMetadata().getName() : own);
    }

    /** Returns the version for people: as we noted it, as the usual label says, or from the image. */
    static String version(PodTemplateSpec template, App app) {
        String own = annotations(template).get(Names.VERSION);
        if (own != null && !own.isBlank()) {
            return own;
        }
        String label = labels(template).get("app.kubernetes.io/version");
        if (label != null && !label.isBlank()) {
            return label;
        }
        return container(template, app)
                .map(Container::getImage)
                .map(ImageReference::version)
                .orElse("unknown");
    }

    /** Returns the container that runs the release, where it can be told. */
    static Optional<Container> container(PodTemplateSpec template, App app) {
        List<Container> all =
                template.getSpec() == null ? List.of() : template.getSpec().getContainers();
        if (app.container() != null) {
            return all.stream().filter(c -> c.getName().equals(app.container())).findFirst();
        }
        return all.size() == 1
                ? Optional.of(all.get(0))
                : all.stream().filter(c -> c.getName().equals(app.name())).findFirst();
    }

    /**
     * Returns the template of {@code set} to be run again.
     *
     * @param label whether its pods are to carry the label of {@code slot}; without, it stays exactly as it was
     */
    static PodTemplateSpec again(ReplicaSet set, Slot slot, boolean label, App app) {
        PodTemplateSpec plain = plain(set);
        boolean ours = labels(plain).containsKey(Names.SLOT);
        if (!label && !ours) {
            return plain;
        }
        String id = revision(set).id();
        PodTemplateSpec copy = new PodTemplateSpecBuilder(plain)
                .editOrNewMetadata()
                .addToLabels(Names.SLOT, App.label(slot))
                .addToLabels(Names.LIVE, "true")
                .addToLabels(Names.REVISION, Digest.of(id))
                .addToAnnotations(Names.REVISION, id)
                .addToAnnotations(Names.VERSION, version(plain, app))
                .endMetadata()
                .build();
        Overlay.useSecret(copy, app.secret(slot.other()), app.secret(slot));
        return copy;
    }

    static Map<String, String> labels(PodTemplateSpec template) {
        ObjectMeta meta = template.getMetadata();
        return meta == null || meta.getLabels() == null ? Map.of() : meta.getLabels();
    }

    static Map<String, String> annotations(PodTemplateSpec template) {
        ObjectMeta meta = template.getMetadata();
        return meta == null || meta.getAnnotations() == null ? Map.of() : meta.getAnnotations();
    }
}
