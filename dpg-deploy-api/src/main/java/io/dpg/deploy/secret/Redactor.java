package io.dpg.deploy.secret;

import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Removes known secrets from text that is about to leave the process. Thread-safe.
 *
 * <p>Known are: the value, its trimmed form, each line of at least 6 characters of a value of several lines, the
 * password of a URL, and each of these URL-encoded, in Base64 (on its own or inside of something larger), in hex, and
 * escaped for JSON, HTML, XML and shells. Not known are forms that were encoded twice, compressed or encrypted, and
 * Base64 that was broken into lines.
 *
 * <p>A value of fewer than 4 characters is replaced only where it stands alone, with no letter, digit or underscore
 * beside it, as it would turn up by chance in every other word; such a value protects nothing anyway.
 */
public final class Redactor {

    /** What stands in the place of a secret: {@value}. */
    public static final String MASK = "***";

    private static final int SHORT = 4;

    private final Set<Forms.Form> forms = new LinkedHashSet<>();
    private final Set<String> shortOnes = new LinkedHashSet<>();
    private volatile @Nullable FormIndex index = new FormIndex(Set.of(), Set.of());

    /** Knows no secret yet. */
    public Redactor() {}

    /** Replaces {@code secret} from now on. */
    public void add(Secret secret) {
        synchronized (forms) {
            for (String value : Forms.parts(secret.reveal())) {
                if (value.length() < SHORT) {
                    if (!MASK.contains(value)) {
                        shortOnes.add(value);
                    }
                } else {
                    forms.addAll(Forms.of(value));
                }
            }
            index = null; // built when next needed: secrets come in dozens
        }
    }

    /** Returns {@code text} with every known secret replaced by {@value #MASK}; takes linear time. */
    public String redact(String text) {
        FormIndex known = index();
        String clean = text;
        String before;
        // Stars and what is beside them may make up a secret that contains stars, so look again until nothing is found.
        // It ends: each turn leaves fewer characters that are no stars, or else fewer stars.
        do {
            before = clean;
            clean = known.redactShort(known.redact(before)); // long ones first, while they are whole
        } while (!clean.equals(before));
        return clean;
    }

    /**
     * Returns {@code throwable} if neither it nor its causes and suppressed ones mention a known secret. Else a copy
     * with the same stack traces whose messages are clean: a {@link io.dpg.deploy.DeployException} for one of those,
     * otherwise a {@link RuntimeException} that prints like the original.
     */
    public Throwable redact(Throwable throwable) {
        return new CleanThrowables(this).clean(throwable);
    }

    private FormIndex index() {
        FormIndex known = index;
        if (known == null) {
            synchronized (forms) {
                known = new FormIndex(forms, shortOnes);
                index = known;
            }
        }
        return known;
    }
}
