package io.dpg.deploy.verify;

import io.dpg.deploy.secret.Secret;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;

/** A header to send. Never prints its value. */
final class Sent {

    private static final Pattern NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
    private static final Pattern TELLTALE = Pattern.compile("auth|cookie|token|secret|key|password|signature");

    private final String name;
    private final Secret value;
    private final boolean confidential;

    private Sent(String name, Secret value, boolean confidential) {
        this.name = name;
        this.value = value;
        this.confidential = confidential;
    }

    static Sent plain(String name, String value) {
        boolean confidential = TELLTALE.matcher(name.toLowerCase(Locale.ROOT)).find();
        return checked(name, Secret.of(value), confidential);
    }

    static Sent secret(String name, Secret value) {
        return checked(name, Objects.requireNonNull(value, "value"), true);
    }

    private static Sent checked(String name, Secret value, boolean confidential) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("'" + name + "' is not the name of a header");
        }
        if (value.reveal().chars().anyMatch(c -> c < ' ' && c != '\t' || c == 0x7F)) {
            throw new IllegalArgumentException("The value of header " + name
                    + " must be one line without control characters; a secret from a file may end in a line end");
        }
        return new Sent(name, value, confidential);
    }

    String name() {
        return name;
    }

    String reveal() {
        return value.reveal();
    }

    /** Returns {@code text} without what the headers send in confidence, for servers that echo it. */
    static String redact(String text, List<Sent> headers) {
        String redacted = text;
        for (Sent sent : headers) {
            if (sent.confidential) {
                for (String part : sent.parts()) {
                    redacted = redacted.replace(part, "***");
                }
            }
        }
        return redacted;
    }

    /** The value, and what follows a scheme such as {@code Bearer}. */
    private List<String> parts() {
        List<String> parts = new ArrayList<>();
        String all = value.reveal().strip();
        int space = all.lastIndexOf(' ');
        for (String part : space < 0 ? List.of(all) : List.of(all, all.substring(space + 1))) {
            if (!part.isEmpty()) {
                parts.add(part);
            }
        }
        return parts;
    }

    @Override
    public String toString() {
        return name + ": ***";
    }
}
