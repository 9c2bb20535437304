package io.dpg.deploy.k8s.internal.router;

import io.fabric8.kubernetes.api.model.networking.v1.HTTPIngressPath;
import io.fabric8.kubernetes.api.model.networking.v1.HTTPIngressPathBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.IngressBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.IngressRule;
import io.fabric8.kubernetes.api.model.networking.v1.IngressRuleBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.IngressServiceBackend;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The Ingress beside an application's own one that sends a part of its requests elsewhere. Pure. */
public final class CanaryIngress {

    private static final String NGINX = "nginx.ingress.kubernetes.io/";
    private static final String CANARY = NGINX + "canary";
    private static final String WEIGHT = NGINX + "canary-weight";
    private static final String TOTAL = NGINX + "canary-weight-total";
    private static final String OLD_CLASS = "kubernetes.io/ingress.class";

    // ingress-nginx takes everything else from the own Ingress.
    private static final List<String> CARRIED = List.of(
            NGINX + "affinity",
            NGINX + "session-cookie",
            NGINX + "load-balance",
            NGINX + "upstream-hash-by",
            OLD_CLASS);

    private static final Map<String, String> LABELS =
            Map.of("app.kubernetes.io/managed-by", "dpg-deploy", "dpg-deploy.io/router", "ingress-nginx");

    private CanaryIngress() {}

    /** Returns whether we made {@code canary}. */
    public static boolean ours(Ingress canary) {
        Map<String, String> labels = canary.getMetadata().getLabels();
        return labels != null && labels.entrySet().containsAll(LABELS.entrySet());
    }

    /** Returns the percentage that {@code canary} says, also after somebody else changed it. */
    public static int percent(Ingress canary) {
        Map<String, String> marks = canary.getMetadata().getAnnotations();
        if (marks == null || !"true".equals(marks.get(CANARY))) {
            return 0;
        }
        long weight = number(marks.get(WEIGHT), 0);
        long total = Math.max(1, number(marks.get(TOTAL), 100));
        long rounded = Math.round(100.0 * weight / total);
        return (int) (weight <= 0 ? 0 : weight >= total ? 100 : Math.max(1, Math.min(99, rounded)));
    }

    private static long number(@org.jspecify.annotations.Nullable String text, long otherwise) {
        return text != null && text.matches("[0-9]{1,9}") ? Long.parseLong(text) : otherwise;
    }

    /** Returns whether any path of {@code main} leads to {@code service}. */
    public static boolean leadsTo(Ingress main, String service) {
        return !rules(main, service, service).isEmpty();
    }

    /** Returns the Ingress {@code name} that sends {@code percent} of what {@code main} gives {@code service}. */
    public static Ingress of(Ingress main, String name, String service, String preview, int percent) {
        Map<String, String> marks = new TreeMap<>();
        if (main.getMetadata().getAnnotations() != null) {
            main.getMetadata().getAnnotations().forEach((key, value) -> {
                if (CARRIED.stream().anyMatch(key::startsWith)) {
                    marks.put(key, value);
                }
            });
        }
        marks.put(CANARY, "true");
        marks.put(WEIGHT, String.valueOf(percent));
        return new IngressBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(main.getMetadata().getNamespace())
                .withLabels(LABELS)
                .withAnnotations(marks)
                .addNewOwnerReference()
                .withApiVersion("networking.k8s.io/v1")
                .withKind("Ingress")
                .withName(main.getMetadata().getName())
                .withUid(main.getMetadata().getUid())
                .endOwnerReference()
                .endMetadata()
                .withNewSpec()
                .withIngressClassName(main.getSpec().getIngressClassName())
                .withTls(main.getSpec().getTls())
                .withRules(rules(main, service, preview))
                .endSpec()
                .build();
    }

    /** Returns whether {@code present} is what is {@code wanted}. */
    public static boolean same(Ingress present, Ingress wanted) {
        return present.getSpec().equals(wanted.getSpec())
                && wanted.getMetadata()
                        .getAnnotations()
                        .equals(present.getMetadata().getAnnotations());
    }

    private static List<IngressRule> rules(Ingress main, String service, String preview) {
        List<IngressRule> rules = new ArrayList<>();
        for (IngressRule rule : main.getSpec().getRules()) {
            List<HTTPIngressPath> paths = new ArrayList<>();
            for (HTTPIngressPath path : rule.getHttp() == null
                    ? List.<HTTPIngressPath>of()
                    : rule.getHttp().getPaths()) {
                IngressServiceBackend backend = path.getBackend().getService();
                if (backend != null && service.equals(backend.getName())) {
                    paths.add(new HTTPIngressPathBuilder(path)
                            .editBackend()
                            .editService()
                            .withName(preview)
                            .endService()
                            .endBackend()
                            .build());
                }
            }
            if (!paths.isEmpty()) {
                rules.add(new IngressRuleBuilder(rule)
                        .editHttp()
                        .withPaths(paths)
                        .endHttp()
                        .build());
            }
        }
        return rules;
    }
}
