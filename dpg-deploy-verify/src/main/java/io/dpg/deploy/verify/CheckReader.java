package io.dpg.deploy.verify;

import io.dpg.deploy.check.Check;
import io.dpg.deploy.config.YamlNode;
import io.dpg.deploy.config.YamlNode.Fields;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads one check after the other. */
final class CheckReader {

    /** Settings that all checks share. */
    static final List<String> COMMON =
            List.of("timeout", "within", "pause", "longestPause", "successes", "failAfter", "critical", "failFast");

    private static final List<String> METHODS = List.of("get", "post", "put", "patch", "delete", "head", "options");
    private static final List<String> KINDS = kinds();
    private static final List<String> HTTP =
            List.of("json", "jsonFile", "body", "contentType", "headers", "secretHeaders", "access", "expect");
    private static final List<String> KEYS = keys();
    private static final Pattern VECTOR = Pattern.compile("\\$\\{vector:([0-9]{1,6})}");
    private static final long ALL_BODIES = 4L * Bodies.LIMIT;

    private final Faults faults;
    private final AccessReader accesses;
    private final HttpAccess access;
    private final Section defaults;
    private final Path folder;
    private final Map<Object, byte[]> bodies = new HashMap<>();
    private long bodyBytes;

    CheckReader(Faults faults, AccessReader accesses, HttpAccess access, Section defaults, Path folder) {
        this.faults = faults;
        this.accesses = accesses;
        this.access = access;
        this.defaults = defaults;
        this.folder = folder;
    }

    /** Returns the check in {@code node}; null where it cannot be told which it is. */
    @Nullable
    Check read(String path, YamlNode node) {
        if (!(node instanceof Fields)) {
            faults.add(node.line(), path, node.kind(), "must be a map with get, post, request or tcp");
            return null;
        }
        Section given = new Section(faults, path, node, KEYS);
        List<String> kinds = KINDS.stream().filter(given::has).toList();
        if (kinds.size() != 1) {
            String found = kinds.isEmpty() ? "nothing" : String.join(", ", kinds);
            given.fault("", found, "must have exactly one of " + String.join(", ", KINDS));
            if (kinds.isEmpty()) {
                http(common(HttpCheck.get("/"), given), given); // for what else is wrong: all faults are told at once
            }
            return null;
        }
        String kind = kinds.get(0);
        if (kind.equals("tcp")) {
            for (String key : HTTP) {
                if (given.has(key)) {
                    given.fault(key, Faults.HIDDEN, "is of HTTP checks, and this is one of TCP");
                }
            }
            TcpCheck tcp = given.value(kind, Values::tcp);
            return tcp == null ? null : common(common(tcp, defaults), given);
        }
        String asked = given.text(kind);
        HttpCheck http = asked == null
                ? null
                : given.tried(kind, asked.replaceFirst("(?s)\\?.*", "?…"), () -> request(kind, asked));
        return http == null ? null : http(common(common(http, defaults), given), given);
    }

    private static HttpCheck request(String kind, String asked) {
        return kind.equals("request") ? Values.request(asked) : HttpCheck.request(kind.toUpperCase(Locale.ROOT), asked);
    }

    private <C extends RetryingCheck<C>> C common(C check, Section given) {
        C changed = given.<C, String>with(check, "name", text -> text, RetryingCheck::named);
        changed = given.<C, Boolean>with(changed, "critical", Values::flag, RetryingCheck::critical);
        changed = given.<C, Duration>with(changed, "timeout", Values::duration, RetryingCheck::timeout);
        changed = given.<C, Duration>with(changed, "within", Values::duration, RetryingCheck::within);
        changed = given.<C, Integer>with(changed, "successes", Values.whole(1, 1000), RetryingCheck::successes);
        changed = given.<C, Integer>with(changed, "failAfter", Values.whole(1, 1000), RetryingCheck::failAfter);
        Duration first = given.value("pause", Values::duration);
        Duration longest = given.value("longestPause", Values::duration);
        if (first != null || longest != null) {
            Attempts now = changed.common.attempts();
            C before = changed;
            Duration shortest = first == null ? now.firstPause() : first;
            Duration most = longest == null ? longer(shortest, now.longestPause()) : longest;
            C after = given.tried(
                    first == null ? "longestPause" : "pause", Faults.HIDDEN, () -> before.backoff(shortest, most));
            changed = after == null ? before : after;
        }
        for (String policy : given.texts("failFast")) {
            changed = failFast(changed, policy, given);
        }
        return changed;
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) >= 0 ? one : other;
    }

    @SuppressWarnings("unchecked") // the copies have the type of what was copied
    private <C extends RetryingCheck<C>> C failFast(C check, String policy, Section given) {
        if (policy.equals("refused")) {
            return check instanceof HttpCheck http
                    ? (C) http.failFastOnRefused()
                    : (C) ((TcpCheck) (Check) check).failFastOnRefused();
        }
        if (!policy.equals("4xx")) {
            given.fault("failFast", policy, "must be 4xx, refused, or a list of both");
        }
        return policy.equals("4xx") && check instanceof HttpCheck http ? (C) http.failFastOn4xx() : check;
    }

    private HttpCheck http(HttpCheck check, Section given) {
        HttpCheck changed =
                check.access(given.has("access") ? accesses.read(given.child("access", AccessReader.KEYS)) : access);
        changed = accesses.headers(changed, given, HttpCheck::header, HttpCheck::header);
        changed = body(changed, given);
        return new ExpectReader(given.child("expect", ExpectReader.KEYS)).read(changed);
    }

    private HttpCheck body(HttpCheck check, Section given) {
        long kinds =
                List.of("json", "jsonFile", "body").stream().filter(given::has).count();
        if (kinds > 1) {
            given.fault("", "several bodies", "must have at most one of json, jsonFile and body");
        }
        if (given.has("contentType") && !given.has("body")) {
            given.fault("contentType", Faults.HIDDEN, "goes with body; JSON has one of its own");
        }
        HttpCheck changed = check;
        if (given.has("json") && given.all().get("json").value() instanceof Fields) {
            given.fault("json", "a map", "must be JSON as text; begin with 'json: |' and write it below");
        } else if (given.has("json")) {
            String text = given.text("json");
            HttpCheck before = changed;
            HttpCheck after = text == null
                    ? null
                    : given.tried("json", Faults.HIDDEN, () -> before.json(kept(text, () -> filled(text))));
            changed = after == null ? before : after;
        }
        changed = given.<HttpCheck, Path>with(
                changed,
                "jsonFile",
                text -> AccessReader.file(folder, text),
                (c, path) -> c.json(kept(path, () -> Bodies.read(path))));
        String body = given.text("body");
        if (body == null) {
            return changed;
        }
        String type = given.has("contentType") ? given.value("contentType", Bodies::type) : "text/plain";
        return type == null ? changed : changed.body(body, type);
    }

    /** Returns the body of {@code key}, once made: aliases repeat large ones without end. */
    private byte[] kept(Object key, Section.Attempt<byte[]> attempt) {
        byte[] known = bodies.get(key);
        if (known == null) {
            if (bodyBytes > ALL_BODIES) {
                throw new IllegalArgumentException("The bodies of all checks before are more than 64 MiB already");
            }
            known = Bodies.json(attempt.make());
            bodyBytes += known.length;
            bodies.put(key, known);
        }
        return known;
    }

    private static byte[] filled(String text) {
        StringBuilder filled = new StringBuilder();
        Matcher vector = VECTOR.matcher(text);
        while (vector.find()) {
            vector.appendReplacement(filled, SampleVector.json(Integer.parseInt(vector.group(1))));
            if (filled.length() > Bodies.LIMIT) {
                throw new IllegalArgumentException("A body is at most 16 MiB");
            }
        }
        return vector.appendTail(filled).toString().getBytes(StandardCharsets.UTF_8);
    }

    private static List<String> kinds() {
        List<String> kinds = new ArrayList<>(METHODS);
        kinds.add("request");
        kinds.add("tcp");
        return List.copyOf(kinds);
    }

    private static List<String> keys() {
        List<String> keys = new ArrayList<>(List.of("name"));
        keys.addAll(KINDS);
        keys.addAll(HTTP);
        keys.addAll(COMMON);
        return List.copyOf(keys);
    }
}
