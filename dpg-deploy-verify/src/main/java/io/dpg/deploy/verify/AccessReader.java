package io.dpg.deploy.verify;

import io.dpg.deploy.Fault;
import io.dpg.deploy.PlanInvalidException;
import io.dpg.deploy.config.YamlNode.Fields;
import io.dpg.deploy.config.YamlNode.Scalar;
import io.dpg.deploy.secret.Secret;
import io.dpg.deploy.secret.SecretRef;
import io.dpg.deploy.secret.Secrets;
import io.dpg.deploy.verify.internal.Sent;
import java.net.URI;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads how servers are reached, and the secrets that takes. A value where an address belongs is not repeated. */
final class AccessReader {

    static final List<String> KEYS = List.of(
            "bearer",
            "basic",
            "headers",
            "secretHeaders",
            "trusting",
            "clientCertificate",
            "proxy",
            "withoutVerifyingCertificates");

    private final Faults faults;
    private final Secrets secrets;
    private final Path folder;
    private final Map<SecretRef, Secret> resolved = new HashMap<>();

    AccessReader(Faults faults, Secrets secrets, Path folder) {
        this.faults = faults;
        this.secrets = secrets;
        this.folder = folder;
    }

    HttpAccess read(Section given) {
        HttpAccess access = HttpAccess.standard();
        Secret bearer = secret(given, "bearer");
        if (bearer != null) {
            HttpAccess before = access;
            access = kept(before, given.tried("bearer", "***", () -> before.withBearer(bearer)));
        }
        access = basic(access, given);
        access = headers(access, given, HttpAccess::header, HttpAccess::header);
        access = given.<HttpAccess, Path>with(access, "trusting", this::file, HttpAccess::trusting);
        access = certificate(access, given);
        access = proxy(access, given);
        return given.<HttpAccess, Boolean>with(
                access, "withoutVerifyingCertificates", Values::onlyTrue, (a, yes) -> a.withoutVerifyingCertificates());
    }

    private HttpAccess basic(HttpAccess access, Section given) {
        if (!given.has("basic")) {
            return access;
        }
        if (given.has("bearer")) {
            given.fault("basic", Faults.HIDDEN, "and bearer exclude each other; keep one");
        }
        Section basic = given.child("basic", List.of("user", "password"));
        Secret password = required(basic, "password");
        String user = user(basic);
        return user == null || password == null
                ? access
                : kept(access, basic.tried("user", user, () -> access.withBasic(user, password)));
    }

    private HttpAccess certificate(HttpAccess access, Section given) {
        if (!given.has("clientCertificate")) {
            return access;
        }
        Section own = given.child("clientCertificate", List.of("pem", "key", "pkcs12", "password"));
        if (own.has("pkcs12") == own.has("pem")) {
            given.fault("clientCertificate", Faults.HIDDEN, "must have pem and key, or pkcs12 and password");
            return access;
        }
        if (own.has("pkcs12")) {
            Path file = own.value("pkcs12", this::file);
            Secret password = required(own, "password");
            return file == null || password == null
                    ? access
                    : kept(
                            access,
                            own.tried("pkcs12", file.toString(), () -> access.clientCertificate(file, password)));
        }
        Path pem = own.value("pem", this::file);
        Path key = own.value("key", this::file);
        if (!own.has("key")) {
            own.fault("key", "nothing", "is needed beside pem: the file of the private key");
        }
        return pem == null || key == null
                ? access
                : kept(access, own.tried("pem", pem.toString(), () -> access.clientCertificate(pem, key)));
    }

    private HttpAccess proxy(HttpAccess access, Section given) {
        if (!given.has("proxy")) {
            return access;
        }
        if (given.all().get("proxy").value() instanceof Scalar) {
            String text = given.text("proxy");
            return text == null
                    ? access
                    : kept(access, given.tried("proxy", Faults.HIDDEN, () -> access.proxy(uri(text))));
        }
        Section proxy = given.child("proxy", List.of("address", "user", "password"));
        String address = proxy.text("address");
        if (address == null) {
            if (given.all().get("proxy").value() instanceof Fields && !proxy.has("address")) {
                proxy.fault("address", "nothing", "is needed, such as http://proxy:3128");
            }
            return access;
        }
        // Not shown: people write credentials into it.
        if (!proxy.has("user") && !proxy.has("password")) {
            return kept(access, proxy.tried("address", Faults.HIDDEN, () -> access.proxy(uri(address))));
        }
        Secret password = required(proxy, "password");
        String user = user(proxy);
        return user == null || password == null
                ? access
                : kept(access, proxy.tried("address", Faults.HIDDEN, () -> access.proxy(uri(address), user, password)));
    }

    /** Adds {@code headers}, which are plain, and {@code secretHeaders}, which are addresses. */
    <C> C headers(C target, Section given, With<C, String> plain, With<C, Secret> confidential) {
        C changed = target;
        Section open = given.child("headers", null);
        for (String name : open.all().keySet()) {
            String value = open.text(name);
            C before = changed;
            changed = value == null
                    ? before
                    : kept(before, open.tried(name, Faults.HIDDEN, () -> {
                        if (Sent.plain(name, value).isConfidential()) {
                            throw new IllegalArgumentException(
                                    "by its name is a secret; name its address in secretHeaders");
                        }
                        return plain.with(before, name, value);
                    }));
        }
        Section hidden = given.child("secretHeaders", null);
        for (String name : hidden.all().keySet()) {
            Secret value = secret(hidden, name);
            C before = changed;
            changed = value == null
                    ? before
                    : kept(before, hidden.tried(name, "***", () -> confidential.with(before, name, value)));
        }
        return changed;
    }

    /** Returns a copy with a named value. */
    interface With<C, T> {
        C with(C target, String name, T value);
    }

    private static <C> C kept(C before, @Nullable C after) {
        return after == null ? before : after;
    }

    private static @Nullable String user(Section given) {
        if (!given.has("user")) {
            given.fault("user", "nothing", "is needed beside password");
        }
        return given.text("user");
    }

    private @Nullable Secret required(Section given, String name) {
        if (!given.has(name)) {
            given.fault(name, "nothing", "is needed: the address of a secret, such as env:SMOKE_PASSWORD");
        }
        return secret(given, name);
    }

    /** Returns the secret whose address is at {@code name}. */
    private @Nullable Secret secret(Section given, String name) {
        String address = given.text(name);
        SecretRef ref = address == null ? null : given.tried(name, "***", () -> SecretRef.parse(address));
        if (ref == null) {
            return null;
        }
        Secret known = resolved.get(ref);
        if (known != null) {
            return known;
        }
        try {
            Secret found = secrets.resolveAll(Map.of(name, ref)).values().get(name);
            resolved.put(ref, found);
            return found;
        } catch (PlanInvalidException e) {
            for (Fault fault : e.faults()) {
                given.fault(name, fault.value(), fault.reason());
            }
            return null;
        }
    }

    private Path file(String text) {
        return file(folder, text);
    }

    static Path file(Path folder, String text) {
        try {
            return folder.resolve(text);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("is no path on this system", e);
        }
    }

    private static URI uri(String text) {
        try {
            return URI.create(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("must be an address such as http://proxy:3128");
        }
    }
}
