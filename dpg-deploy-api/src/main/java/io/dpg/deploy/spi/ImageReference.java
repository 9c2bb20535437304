package io.dpg.deploy.spi;

import java.util.regex.Pattern;

/** What authors of targets want to know of references of container images, such as {@code ghcr.io/org/app:1.4.0}. */
public final class ImageReference {

    private static final Pattern FORM = Pattern.compile("[a-zA-Z0-9][-a-zA-Z0-9._/:]*(@sha256:[0-9a-f]{64})?");
    private static final String DIGEST = "@sha256:";
    private static final int SHORT = 12;

    private ImageReference() {}

    /** Returns whether {@code text} has the form of one. */
    public static boolean is(String text) {
        return FORM.matcher(text).matches();
    }

    /** Returns the version for people: the tag, else the first digits of the digest, else {@code latest}. */
    public static String version(String image) {
        int digest = image.indexOf(DIGEST);
        String name = digest < 0 ? image : image.substring(0, digest);
        int colon = name.lastIndexOf(':');
        if (colon > name.lastIndexOf('/') && colon < name.length() - 1) {
            return name.substring(colon + 1);
        }
        if (digest >= 0) {
            String hash = image.substring(digest + DIGEST.length());
            return hash.substring(0, Math.min(SHORT, hash.length()));
        }
        return "latest";
    }
}
