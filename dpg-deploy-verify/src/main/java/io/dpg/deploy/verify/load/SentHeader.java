package io.dpg.deploy.verify.load;

import io.dpg.deploy.secret.Secret;
import java.util.regex.Pattern;

/** A header to send. Never prints its value. */
record SentHeader(String name, Secret value) {

    private static final Pattern NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

    static SentHeader of(String name, Secret value) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("'" + name + "' is not the name of a header");
        }
        if (value.reveal().chars().anyMatch(c -> c < ' ' && c != '\t' || c == 0x7F)) {
            throw new IllegalArgumentException("The value of header " + name
                    + " must be one line without control characters; a secret from a file may end in a line end");
        }
        return new SentHeader(name, value);
    }
}
