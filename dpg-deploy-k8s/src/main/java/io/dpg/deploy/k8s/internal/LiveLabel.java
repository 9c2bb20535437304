package io.dpg.deploy.k8s.internal;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Takes pods into a Service's rotation and out of it, by a label that the Service asks for. Thread-safe. */
final class LiveLabel {

    /**
     * The controller of endpoints hears of pods and of Services by watches of their own: were it to hear of a selector before
     * it hears of the labels that this asks for, the Service would lead nowhere for a moment.
     */
    private static final Duration KNOWN = Duration.ofSeconds(2);

    private final Api api;

    LiveLabel(Api api) {
        this.api = api;
    }

    /** Lets {@code pods} carry it, and waits until a Service may ask for it where that is new. */
    void in(List<Pod> pods) {
        if (set(pods, true)) {
            api.nap(KNOWN);
        }
    }

    void out(List<Pod> pods) {
        set(pods, false);
    }

    private boolean set(List<Pod> pods, boolean live) {
        String value = String.valueOf(live);
        boolean changed = false;
        for (Pod pod : pods) {
            Map<String, String> labels = pod.getMetadata().getLabels();
            if (labels == null || !value.equals(labels.get(Names.LIVE))) {
                changed = true;
                Pod labelled = new PodBuilder(pod)
                        .editMetadata()
                        .addToLabels(Names.LIVE, value)
                        .endMetadata()
                        .build();
                api.label(pod, labelled);
            }
        }
        return changed;
    }
}
