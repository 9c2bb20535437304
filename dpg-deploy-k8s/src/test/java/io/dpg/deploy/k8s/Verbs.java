package io.dpg.deploy.k8s;

import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which verb on which resource a request needs, as the API server sees it. */
final class Verbs {

    private static final Pattern PATH = Pattern.compile(
            "(\\S+) /apis?/(?:[^/]+/)?v[^/]+/namespaces/[^/]+/([a-z]+)(?:/([^/?]+))?(/[a-z]+)?(\\?.*)?");

    private Verbs() {}

    /** Returns for example {@code patch services} of {@code PATCH /api/v1/namespaces/shop/services/api}. */
    static Set<String> of(String request) {
        Matcher matcher = PATH.matcher(request);
        if (!matcher.matches()) {
            return Set.of();
        }
        String query = matcher.group(5) == null ? "" : matcher.group(5);
        boolean one = matcher.group(3) != null;
        String verb =
                switch (matcher.group(1)) {
                    case "GET" -> query.contains("watch=true") ? "watch" : one ? "get" : "list";
                    case "POST" -> "create";
                    case "PUT" -> "update";
                    default -> matcher.group(1).toLowerCase(java.util.Locale.ROOT);
                };
        return Set.of(verb + " " + matcher.group(2) + (matcher.group(4) == null ? "" : matcher.group(4)));
    }
}
