package io.dpg.deploy.k8s.internal;

import io.dpg.deploy.DeployException;
import io.dpg.deploy.Fault;
import io.fabric8.kubernetes.api.model.authorization.v1.ResourceRule;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReview;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReviewBuilder;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectRulesReview;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectRulesReviewBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What this library must be allowed to do in a namespace, and the question whether it is. The same list is in
 * {@code io/dpg/deploy/k8s/rbac.yaml}, for people; a test compares them.
 */
public final class Permissions {

    private Permissions() {}

    /** What is used, as far as that decides what must be allowed. */
    public enum Feature {
        /** Rollouts of a Deployment. */
        TARGET(
                new Rule("apps", "deployments", "run releases", "get", "list", "watch", "create", "patch"),
                new Rule("apps", "replicasets", "find revisions", "list"),
                new Rule("", "services", "switch traffic", "get", "list", "watch", "create", "patch", "delete"),
                new Rule("discovery.k8s.io", "endpointslices", "see where traffic goes", "list", "watch"),
                new Rule("", "pods", "see whether instances are ready", "list", "watch", "patch", "delete"),
                new Rule("", "pods/log", "say why an instance failed", "get"),
                new Rule("", "events", "say why an instance failed", "list")),
        /** Giving an application back as a plain Deployment. */
        GIVE_BACK(new Rule("apps", "deployments", "give applications back", "delete")),
        /** Checks from outside the cluster of an application whose Service has no node port. */
        FORWARD(new Rule("", "pods/portforward", "reach pods through the API server", "get", "create")),
        /** Releases with secrets in their environment. */
        ENVIRONMENT(new Rule("", "secrets", "give releases their secrets", "get", "create", "patch")),
        /** Autoscalers of the Deployment. */
        AUTOSCALER(new Rule(
                "autoscaling",
                "horizontalpodautoscalers",
                "let autoscalers follow the traffic",
                "get",
                "list",
                "patch")),
        /** The journal in the cluster. */
        JOURNAL(
                new Rule(
                        "coordination.k8s.io",
                        "leases",
                        "keep others from the target (or say journalElsewhere())",
                        "get",
                        "create",
                        "patch"),
                new Rule(
                        "",
                        "configmaps",
                        "keep the journal (or say journalElsewhere())",
                        "get",
                        "list",
                        "create",
                        "patch",
                        "delete")),
        /** Traffic by Gateway API. */
        HTTP_ROUTE(new Rule("gateway.networking.k8s.io", "httproutes", "weigh traffic", "get", "patch")),
        /** Traffic by ingress-nginx. */
        INGRESS(new Rule("networking.k8s.io", "ingresses", "weigh traffic", "get", "create", "update", "delete")),
        /** Traffic by Istio. */
        VIRTUAL_SERVICE(new Rule("networking.istio.io", "virtualservices", "weigh traffic", "get", "patch")),
        /** Secrets by {@code k8s:namespace/name#key}; counts in the namespace of the secrets. */
        SECRETS(new Rule("", "secrets", "resolve k8s: addresses", "get"));

        private final List<Rule> rules;

        Feature(Rule... rules) {
            this.rules = List.of(rules);
        }

        /** Returns what it needs. */
        public List<Rule> rules() {
            return rules;
        }
    }

    /**
     * Verbs on a resource.
     *
     * @param group the API group; empty for the core one
     * @param resource the resource, with its subresource where one is meant
     * @param why what for, completing "to …"
     * @param verbs the verbs
     */
    public record Rule(String group, String resource, String why, List<String> verbs) {
        /** Copies the verbs. */
        public Rule {
            verbs = List.copyOf(verbs);
        }

        Rule(String group, String resource, String why, String... verbs) {
            this(group, resource, why, List.of(verbs));
        }

        private String name() {
            return group.isEmpty() ? resource : resource + "." + group;
        }
    }

    /**
     * Returns a fault for each resource that the client's account may not use as {@code features} need it in
     * {@code namespace}; empty where nothing is missing. One request where all is allowed by rules, one more for each
     * verb that is not.
     *
     * @throws KubernetesClientException if the API server cannot be asked
     */
    public static List<Fault> missing(KubernetesClient client, String namespace, Collection<Feature> features) {
        List<ResourceRule> granted = granted(client, namespace);
        Map<Rule, Set<String>> missing = new LinkedHashMap<>();
        for (Feature feature : new TreeSet<>(features)) {
            for (Rule rule : feature.rules()) {
                for (String verb : rule.verbs()) {
                    if (granted.stream().noneMatch(g -> covers(g, rule, verb))
                            && !allowed(client, namespace, rule, verb)) {
                        missing.computeIfAbsent(rule, r -> new TreeSet<>()).add(verb);
                    }
                }
            }
        }
        List<Fault> faults = new ArrayList<>();
        missing.forEach((rule, verbs) -> faults.add(new Fault(
                "permission",
                String.join(",", verbs) + " " + rule.name(),
                "is not granted in namespace " + namespace + ", but needed to " + rule.why()
                        + "; add it to the account's Role, for which io/dpg/deploy/k8s/rbac.yaml in the jar is a"
                        + " template")));
        return List.copyOf(faults);
    }

    /** Returns {@code refused}, or the same with all that is missing, so that it need not be found out one by one. */
    public static DeployException forbidden(
            KubernetesClient client, String namespace, Collection<Feature> features, DeployException refused) {
        try {
            List<Fault> missing = missing(client, namespace, features);
            return missing.isEmpty() ? refused : all(refused, missing);
        } catch (KubernetesClientException e) {
            return refused;
        }
    }

    private static DeployException all(DeployException refused, List<Fault> missing) {
        return new DeployException(
                "Tried to work on " + refused.target().orElse("a target") + ", but this account is not allowed to:"
                        + missing.stream().map(f -> "\n  - " + f).collect(Collectors.joining()),
                new DeployException.Details(
                        ApiFault.PROVIDER, refused.target().orElse(null), null, false, "Grant what is listed."),
                refused);
    }

    /** What the rules say; may lack what other authorizers than RBAC allow. */
    private static List<ResourceRule> granted(KubernetesClient client, String namespace) {
        SelfSubjectRulesReview asked = client.authorization()
                .v1()
                .selfSubjectRulesReview()
                .create(new SelfSubjectRulesReviewBuilder()
                        .withNewSpec()
                        .withNamespace(namespace)
                        .endSpec()
                        .build());
        return asked.getStatus() == null ? List.of() : asked.getStatus().getResourceRules();
    }

    private static boolean covers(ResourceRule granted, Rule rule, String verb) {
        return granted.getResourceNames().isEmpty()
                && has(granted.getVerbs(), verb)
                && has(granted.getApiGroups(), rule.group())
                && has(granted.getResources(), rule.resource());
    }

    private static boolean has(List<String> values, String value) {
        return values.contains("*") || values.contains(value);
    }

    private static boolean allowed(KubernetesClient client, String namespace, Rule rule, String verb) {
        int slash = rule.resource().indexOf('/');
        SelfSubjectAccessReview asked = client.authorization()
                .v1()
                .selfSubjectAccessReview()
                .create(new SelfSubjectAccessReviewBuilder()
                        .withNewSpec()
                        .withNewResourceAttributes()
                        .withNamespace(namespace)
                        .withGroup(rule.group())
                        .withResource(
                                slash < 0 ? rule.resource() : rule.resource().substring(0, slash))
                        .withSubresource(slash < 0 ? null : rule.resource().substring(slash + 1))
                        .withVerb(verb)
                        .endResourceAttributes()
                        .endSpec()
                        .build());
        return asked.getStatus() != null
                && Boolean.TRUE.equals(asked.getStatus().getAllowed());
    }
}
