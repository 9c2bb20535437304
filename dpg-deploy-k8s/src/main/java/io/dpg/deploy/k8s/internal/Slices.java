package io.dpg.deploy.k8s.internal;

import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.client.dsl.Informable;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where a Service sends its requests, read from its EndpointSlices, which is what kube-proxy reads and, unlike the older
 * Endpoints, whole for any number of pods. Version {@code v1} since Kubernetes 1.21, before that {@code v1beta1} (1.17).
 */
final class Slices {

    private static final String SERVICE = "kubernetes.io/service-name";
    private static final int V1 = 21;

    private final Api api;

    Slices(Api api) {
        this.api = api;
    }

    /** Returns the names of the pods that {@code service} sends requests to. */
    Set<String> pods(String service) {
        Set<String> pods = new HashSet<>();
        String what = "list the EndpointSlices of " + service;
        String namespace = api.app().namespace();
        if (api.atLeast(V1)) {
            api
                    .call(what, c -> c.discovery()
                            .v1()
                            .endpointSlices()
                            .inNamespace(namespace)
                            .withLabel(SERVICE, service)
                            .list()
                            .getItems())
                    .stream()
                    .flatMap(s -> Stream.ofNullable(s.getEndpoints()).flatMap(List::stream))
                    .forEach(e -> add(
                            pods,
                            e.getConditions() == null ? null : e.getConditions().getReady(),
                            e.getTargetRef()));
        } else {
            api
                    .call(what, c -> c.discovery()
                            .v1beta1()
                            .endpointSlices()
                            .inNamespace(namespace)
                            .withLabel(SERVICE, service)
                            .list()
                            .getItems())
                    .stream()
                    .flatMap(s -> Stream.ofNullable(s.getEndpoints()).flatMap(List::stream))
                    .forEach(e -> add(
                            pods,
                            e.getConditions() == null ? null : e.getConditions().getReady(),
                            e.getTargetRef()));
        }
        return pods;
    }

    /** Returns what to watch for changes of {@link #pods}. */
    Informable<?> of(String service) {
        String namespace = api.app().namespace();
        return api.atLeast(V1)
                ? api.client()
                        .discovery()
                        .v1()
                        .endpointSlices()
                        .inNamespace(namespace)
                        .withLabel(SERVICE, service)
                : api.client()
                        .discovery()
                        .v1beta1()
                        .endpointSlices()
                        .inNamespace(namespace)
                        .withLabel(SERVICE, service);
    }

    /** No statement about readiness counts as ready (API reference of EndpointConditions). */
    private static void add(Set<String> pods, @Nullable Boolean ready, @Nullable ObjectReference target) {
        if (!Boolean.FALSE.equals(ready) && target != null && "Pod".equals(target.getKind())) {
            pods.add(target.getName());
        }
    }
}
