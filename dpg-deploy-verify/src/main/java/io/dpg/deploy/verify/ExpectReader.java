package io.dpg.deploy.verify;

import io.dpg.deploy.config.YamlNode.Fields;
import java.time.Duration;
import java.util.List;

/** Reads what is expected of an answer. */
final class ExpectReader {

    static final List<String> KEYS = List.of("status", "latency", "text", "headers", "json");

    private final Section given;

    ExpectReader(Section given) {
        this.given = given;
    }

    HttpCheck read(HttpCheck check) {
        HttpCheck changed =
                given.<HttpCheck, int[]>with(check, "status", Values::statuses, (c, s) -> c.status(s[0], s[1]));
        changed = given.<HttpCheck, Duration>with(changed, "latency", Values::duration, HttpCheck::maxLatency);
        for (String text : given.texts("text")) {
            changed = changed.expectText(text);
        }
        Section headers = given.child("headers", null);
        for (String name : headers.all().keySet()) {
            changed = headers.<HttpCheck, String>with(
                    changed, name, text -> text, (c, value) -> c.expectHeader(name, value));
        }
        Section json = given.child("json", null);
        for (String pointer : json.all().keySet()) {
            changed = json(changed, json, pointer);
        }
        return changed;
    }

    private static HttpCheck json(HttpCheck check, Section json, String pointer) {
        if (!(json.all().get(pointer).value() instanceof Fields)) {
            return json.<HttpCheck, String>with(
                    check, pointer, text -> text, (c, value) -> c.expectJson(pointer, value));
        }
        Section asked = json.child(pointer, List.of("equals", "atLeast", "atMost", "exists"));
        if (asked.all().isEmpty()) {
            asked.fault("", "nothing", "must have one of equals, atLeast, atMost and exists");
        }
        HttpCheck changed = asked.<HttpCheck, String>with(
                check, "equals", text -> text, (c, value) -> c.expectJson(pointer, value));
        changed = asked.<HttpCheck, Double>with(
                changed, "atLeast", Values::number, (c, number) -> c.expectJsonAtLeast(pointer, number));
        changed = asked.<HttpCheck, Double>with(
                changed, "atMost", Values::number, (c, number) -> c.expectJsonAtMost(pointer, number));
        return asked.<HttpCheck, Boolean>with(
                changed, "exists", Values::onlyTrue, (c, yes) -> c.expectJsonExists(pointer));
    }
}
