package io.dpg.deploy.k8s.internal.journal;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;

/** Names, labels and annotations of the journal's objects. */
final class Marks {

    private static final String DOMAIN = "dpg-deploy.io/";

    // Labels, to find the objects by.
    /** What an object is: {@code lease}, {@code rollout}, {@code part} or {@code messages}. */
    static final String JOURNAL = DOMAIN + "journal";
    /** The hash of the target's key. */
    static final String TARGET_HASH = DOMAIN + "target";
    /** {@code open} or {@code finished}. */
    static final String STATE = DOMAIN + "state";

    // Annotations.
    static final String TARGET = DOMAIN + "target-key";
    static final String ROLLOUT = DOMAIN + "rollout";
    static final String FENCE = DOMAIN + "fence";
    static final String NEXT = DOMAIN + "next";
    static final String EXPIRES = DOMAIN + "expires";
    static final String ROLLOUTS = DOMAIN + "rollouts";
    static final String OUTCOME = DOMAIN + "outcome";
    static final String SCHEMA = DOMAIN + "schema-moved-by";
    /** What stands in {@link #NEXT} of an object that takes no more. */
    static final String FULL = "full";

    static final String OPEN = "open";
    static final String FINISHED = "finished";

    private static final int READABLE = 60;

    private Marks() {}

    static String lease(String target) {
        return "dpg-" + slug(target) + "-" + hash(target);
    }

    static String rollout(String rollout) {
        return "dpg-rollout-" + slug(rollout) + "-" + hash(rollout);
    }

    /** Returns the name of the {@code number}th object with messages for {@code rollout}. */
    static String messages(String rollout, int number) {
        return "dpg-messages-" + slug(rollout) + "-" + hash(rollout) + (number == 0 ? "" : "-" + number);
    }

    /** Returns the path of a ConfigMap. */
    static String path(String namespace, String name) {
        return "/api/v1/namespaces/" + namespace + "/configmaps/" + name;
    }

    /** Returns the key of a record or message: in order, whoever sorts them. */
    static String key(long sequence) {
        return String.format(Locale.ROOT, "%08d", sequence);
    }

    static Map<String, String> labels(String kind) {
        return Map.of("app.kubernetes.io/managed-by", "dpg-deploy", JOURNAL, kind);
    }

    private static String slug(String key) {
        String slug = key.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-|-$", "");
        return slug.length() > READABLE ? slug.substring(0, READABLE) : slug.isEmpty() ? "x" : slug;
    }

    static String hash(String key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JVM has SHA-256", e);
        }
    }
}
