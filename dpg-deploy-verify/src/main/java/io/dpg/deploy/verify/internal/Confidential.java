package io.dpg.deploy.verify.internal;

import io.dpg.deploy.secret.Redactor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What was sent in confidence, taken out of text. Costs nothing until there is text. Thread-safe. */
final class Confidential {

    private final List<Sent> sent;
    private volatile @Nullable Redactor redactor;

    Confidential(List<Sent> sent) {
        this.sent = sent;
    }

    String redact(String text) {
        Redactor known = redactor;
        if (known == null) {
            known = new Redactor();
            for (Sent each : sent) {
                each.confidential().forEach(known::add);
            }
            redactor = known;
        }
        return known.redact(text);
    }
}
