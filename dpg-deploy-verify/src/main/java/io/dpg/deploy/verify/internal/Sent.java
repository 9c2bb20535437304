package io.dpg.deploy.verify.internal;

import io.dpg.deploy.secret.Secret;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;

/** A header to send. Never prints its value. Immutable. */
public final class Sent {

    private static final Pattern NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
    private static final Pattern TELLTALE = Pattern.compile("auth|cookie|token|secret|key|password|signature");

    private final String name;
    private final Secret value;
    private final List<Secret> confidential;

    private Sent(String name, Secret value, List<Secret> confidential) {
        this.name = name;
        this.value = value;
        this.confidential = List.copyOf(confidential);
    }

    /**
     * Returns a header that is confidential only where its name tells so, as {@code Authorization} does.
     *
     * @throws IllegalArgumentException if the name or the value cannot be sent; it does not repeat the value
     */
    public static Sent plain(String name, String value) {
        boolean confidential = TELLTALE.matcher(name.toLowerCase(Locale.ROOT)).find();
        Secret all = Secret.of(Objects.requireNonNull(value, "value"));
        return checked(name, all, confidential ? parts(all) : List.of());
    }

    /**
     * Returns a header whose value appears nowhere.
     *
     * @throws IllegalArgumentException if the name or the value cannot be sent; it does not repeat the value
     */
    public static Sent secret(String name, Secret value) {
        return checked(name, Objects.requireNonNull(value, "value"), parts(value));
    }

    /** Returns {@code name: Bearer token}. */
    public static Sent bearer(String name, Secret token) {
        return secret(name, Secret.of("Bearer " + oneLine(name, token).reveal()));
    }

    /**
     * Returns {@code name: Basic …} (RFC 7617, in UTF-8).
     *
     * @throws IllegalArgumentException if the user has a colon, which ends it, or either has a control character
     */
    public static Sent basic(String name, String user, Secret password) {
        if (Objects.requireNonNull(user, "user").indexOf(':') >= 0) {
            throw new IllegalArgumentException("The user of basic authentication must not contain a colon");
        }
        String pair = user + ":" + oneLine(name, password).reveal();
        String coded = Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
        List<Secret> all = new ArrayList<>(List.of(Secret.of(coded)));
        if (!password.reveal().isEmpty()) {
            all.add(password);
        }
        return checked(name, Secret.of("Basic " + coded), all);
    }

    private static Sent checked(String name, Secret value, List<Secret> confidential) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("'" + name + "' is not the name of a header");
        }
        return new Sent(name, oneLine(name, value), confidential);
    }

    private static Secret oneLine(String name, Secret value) {
        if (value.reveal().chars().anyMatch(c -> c < ' ' && c != '\t' || c == 0x7F)) {
            throw new IllegalArgumentException("The value of header " + name
                    + " must be one line without control characters; a secret from a file may end in a line end");
        }
        return value;
    }

    /** The value, and what follows a scheme such as {@code Bearer}. */
    private static List<Secret> parts(Secret value) {
        List<Secret> parts = new ArrayList<>();
        String all = value.reveal().strip();
        int space = all.lastIndexOf(' ');
        for (String part : space < 0 ? List.of(all) : List.of(all, all.substring(space + 1))) {
            if (!part.isEmpty()) {
                parts.add(Secret.of(part));
            }
        }
        return parts;
    }

    /** Returns the name, as it was given. */
    public String name() {
        return name;
    }

    /** Returns whether {@code other} is a header of the same name. */
    public boolean sameName(Sent other) {
        return name.equalsIgnoreCase(other.name);
    }

    /** Returns whether the value must not be shown. */
    public boolean isConfidential() {
        return !confidential.isEmpty();
    }

    /** Returns the value, to be sent. */
    String reveal() {
        return value.reveal();
    }

    /** Returns what is to be removed from all text, for servers that echo it. */
    List<Secret> confidential() {
        return confidential;
    }

    /** Returns the name, and stars for the value. */
    @Override
    public String toString() {
        return name + ": ***";
    }
}
