package io.dpg.deploy.verify;

import io.dpg.deploy.secret.Secret;
import io.dpg.deploy.verify.internal.Access;
import io.dpg.deploy.verify.internal.Access.Proxy;
import io.dpg.deploy.verify.internal.Certificates;
import io.dpg.deploy.verify.internal.Failures;
import io.dpg.deploy.verify.internal.HttpTransport;
import io.dpg.deploy.verify.internal.Sent;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How to reach an HTTP server: as whom, whom to trust, and through what.
 *
 * <pre>{@code
 * HttpAccess.bearer(token)
 * HttpAccess.basic("scraper", password).trusting(Path.of("ca.pem"))
 * HttpAccess.standard().proxy(URI.create("http://proxy:3128")).header("X-Scope-OrgID", "shop")
 * }</pre>
 *
 * <p>Certificates and host names are verified, against the authorities the JVM trusts, unless something else is said.
 * No proxy is used unless one is given; system properties and environment variables are not looked at. Files are read
 * when they are given and not looked at again.
 *
 * <p>Immutable and thread-safe; methods that take a value return a changed copy. Prints no secret.
 */
public final class HttpAccess {

    private static final Logger LOG = LoggerFactory.getLogger(HttpAccess.class);
    private static final HttpAccess STANDARD = new HttpAccess(Access.STANDARD);
    private static final String AUTHORIZATION = "Authorization";

    private final Access access;
    private volatile @Nullable HttpTransport transport;

    private HttpAccess(Access access) {
        this.access = access;
    }

    /** Returns access without credentials, to servers that the JVM trusts. */
    public static HttpAccess standard() {
        return STANDARD;
    }

    /**
     * Returns access with {@code Authorization: Bearer token} (RFC 6750).
     *
     * @throws IllegalArgumentException if the token has a control character, such as a line end; it is not repeated
     */
    public static HttpAccess bearer(Secret token) {
        return STANDARD.withBearer(token);
    }

    /**
     * Returns access with basic authentication (RFC 7617), sent without waiting to be asked for it.
     *
     * @throws IllegalArgumentException if the user has a colon, or either has a control character
     */
    public static HttpAccess basic(String user, Secret password) {
        return STANDARD.withBasic(user, password);
    }

    /** Returns a copy that authenticates like {@link #bearer}, in place of any other {@code Authorization}. */
    public HttpAccess withBearer(Secret token) {
        return new HttpAccess(access.header(Sent.bearer(AUTHORIZATION, token)));
    }

    /** Returns a copy that authenticates like {@link #basic}, in place of any other {@code Authorization}. */
    public HttpAccess withBasic(String user, Secret password) {
        return new HttpAccess(access.header(Sent.basic(AUTHORIZATION, user, password)));
    }

    /**
     * Returns a copy that sends the header {@code name} with each request, in place of any of that name. Where the name
     * tells that it is one, such as {@code X-Api-Key}, the value is treated as a secret.
     *
     * @throws IllegalArgumentException if the name or the value cannot be sent
     */
    public HttpAccess header(String name, String value) {
        return new HttpAccess(access.header(Sent.plain(name, value)));
    }

    /**
     * Returns a copy that sends the header {@code name} with each request, in place of any of that name; its value
     * appears in no message.
     *
     * @throws IllegalArgumentException if the name or the value cannot be sent; the value is not repeated
     */
    public HttpAccess header(String name, Secret value) {
        return new HttpAccess(access.header(Sent.secret(name, value)));
    }

    /**
     * Returns a copy that trusts only servers whose certificates lead to one in {@code pem}, <em>in place of</em> the
     * authorities of the JVM: who runs an authority of their own does not want a public one to speak for their server.
     * Host names are verified all the same. To trust both, put both into the file.
     *
     * @param pem one or more certificates in PEM form, at most 1 MiB
     * @throws IllegalArgumentException if the file cannot be read or holds no certificate
     */
    public HttpAccess trusting(Path pem) {
        return new HttpAccess(access.authorities(Certificates.certificates(pem)));
    }

    /**
     * Returns a copy that shows a certificate of its own where the server asks for one.
     *
     * @param certificates the certificate in PEM form, followed by those that lead to the authority, if any
     * @param key its private key in PEM form (PKCS #8, RSA, EC or EdDSA), not encrypted
     * @throws IllegalArgumentException if a file cannot be read or holds something else
     */
    public HttpAccess clientCertificate(Path certificates, Path key) {
        return new HttpAccess(access.identity(Certificates.pem(certificates, key)));
    }

    /**
     * Returns a copy that shows a certificate of its own where the server asks for one.
     *
     * @param pkcs12 a PKCS #12 file; its first key is taken
     * @param password of the file and the key
     * @throws IllegalArgumentException if the file cannot be read, has no key, or has another password
     */
    public HttpAccess clientCertificate(Path pkcs12, Secret password) {
        return new HttpAccess(access.identity(Certificates.pkcs12(pkcs12, password)));
    }

    /**
     * Returns a copy that asks an HTTP proxy; servers of https are reached through a tunnel ({@code CONNECT}).
     *
     * @param proxy such as {@code http://proxy:3128}; without user, path or query
     * @throws IllegalArgumentException if it is no such address
     */
    public HttpAccess proxy(URI proxy) {
        return through(proxy, null);
    }

    /**
     * Returns a copy that asks an HTTP proxy with basic authentication.
     *
     * @throws IllegalArgumentException if it is no such address, or the credentials cannot be sent
     */
    public HttpAccess proxy(URI proxy, String user, Secret password) {
        return through(proxy, Sent.basic("Proxy-Authorization", user, password));
    }

    private HttpAccess through(URI proxy, @Nullable Sent credentials) {
        String scheme = String.valueOf(proxy.getScheme()).toLowerCase(Locale.ROOT);
        String path = String.valueOf(proxy.getRawPath());
        boolean plain = proxy.getRawUserInfo() == null && proxy.getRawQuery() == null && path.matches("/?");
        if (!scheme.matches("https?") || proxy.getHost() == null || !plain) {
            throw new IllegalArgumentException("A proxy is named like http://proxy:3128, without user, path and query;"
                    + " give credentials to proxy(URI, user, password)");
        }
        return new HttpAccess(access.proxy(new Proxy(scheme, proxy.getHost(), Failures.port(proxy), credentials)));
    }

    /**
     * Returns a copy that believes <em>any</em> certificate for any host. Whoever sits between can read and change
     * everything, credentials included: for tests only. Prefer {@link #trusting}. Is logged as a warning.
     */
    public HttpAccess withoutVerifyingCertificates() {
        LOG.warn("HTTP access without verifying certificates: whoever sits between can read and change everything");
        return new HttpAccess(access.unverified());
    }

    /** Returns what sends requests in this way. For the packages of this module alone; it may change in any version. */
    public HttpTransport transport() {
        HttpTransport made = transport;
        if (made == null) {
            synchronized (this) {
                made = transport;
                if (made == null) {
                    made = HttpTransport.of(access);
                    transport = made;
                }
            }
        }
        return made;
    }

    /** Returns what was set, without any secret. */
    @Override
    public String toString() {
        List<String> parts = new ArrayList<>();
        if (!access.verified()) {
            parts.add("CERTIFICATES NOT VERIFIED");
        } else if (!access.authorities().isEmpty()) {
            parts.add("trusting " + access.authorities().size() + " given certificates");
        }
        if (access.identity() != null) {
            parts.add("as " + access.identity());
        }
        if (access.proxy() != null) {
            parts.add("proxy " + access.proxy());
        }
        access.headers().forEach(header -> parts.add(Objects.toString(header)));
        return "HttpAccess" + parts;
    }
}
