package io.dpg.deploy.k8s.internal;

import io.dpg.deploy.Fault;
import io.dpg.deploy.Release;
import io.dpg.deploy.spi.ImageReference;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** What already speaks against a release, found before anything is touched. */
final class Validation {

    private static final Pattern VARIABLE = Pattern.compile("[-._a-zA-Z][-._a-zA-Z0-9]*");

    private Validation() {}

    static List<Fault> of(Snapshot now, Reader reader, App app, Release release) {
        List<Fault> faults = new ArrayList<>();
        if (now.selector().isEmpty()) {
            faults.add(new Fault(
                    "service",
                    now.service().getMetadata().getName(),
                    "has no selector, so traffic cannot be switched; give it the labels of the application's pods"));
        }
        PodTemplateSpec template = now.blue().require().getSpec().getTemplate();
        if (Templates.container(template, app).isEmpty()) {
            List<String> names = template.getSpec().getContainers().stream()
                    .map(c -> c.getName())
                    .toList();
            faults.add(new Fault(
                    "container",
                    String.valueOf(app.container()),
                    "the pods have the containers " + names + "; name the one that runs the release"));
        }
        release.image()
                .filter(i -> !ImageReference.is(i))
                .ifPresent(i -> faults.add(new Fault(
                        "image",
                        i,
                        "is no image reference; expected such as ghcr.io/org/app:1.4.0 or …@sha256:<64 digits>")));
        release.settings().keySet().stream()
                .filter(s -> !VARIABLE.matcher(s).matches())
                .forEach(s -> faults.add(new Fault(
                        "setting",
                        s,
                        "settings become variables of the container, so this must be a variable's name")));
        if (reader.router() != null) {
            faults.addAll(reader.router().validate(reader.backends(now.service())));
        }
        return faults;
    }
}
