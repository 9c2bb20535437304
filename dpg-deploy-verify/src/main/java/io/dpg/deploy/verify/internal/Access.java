package io.dpg.deploy.verify.internal;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What {@code HttpAccess} collects. Immutable.
 *
 * @param headers sent with each request
 * @param authorities whose certificates are trusted; empty for those of the JVM
 * @param verified whether certificates and host names are
 * @param identity the client's own certificate, or null for none
 * @param proxy asked in place of the server, or null for none
 */
public record Access(
        List<Sent> headers,
        List<X509Certificate> authorities,
        boolean verified,
        @Nullable Identity identity,
        @Nullable Proxy proxy) {

    /** Sends no headers and trusts whom the JVM trusts. */
    public static final Access STANDARD = new Access(List.of(), List.of(), true, null, null);

    /** Copies the lists. */
    public Access {
        headers = List.copyOf(headers);
        authorities = List.copyOf(authorities);
    }

    /**
     * A client's certificate.
     *
     * @param key its private key
     * @param chain the certificate, and those that lead to an authority
     */
    public record Identity(PrivateKey key, List<X509Certificate> chain) {
        /** Returns the subject. */
        @Override
        public String toString() {
            return chain.get(0).getSubjectX500Principal().getName();
        }
    }

    /**
     * An HTTP proxy.
     *
     * @param scheme how it is spoken to itself, http or https
     * @param host its host
     * @param port its port
     * @param credentials for {@code Proxy-Authorization}, or null for none
     */
    public record Proxy(
            String scheme, String host, int port, @Nullable Sent credentials) {
        /** Returns its address. */
        @Override
        public String toString() {
            return scheme + "://" + host + ":" + port;
        }
    }

    /** Returns a copy that sends {@code header} in place of any of its name. */
    public Access header(Sent header) {
        Predicate<Sent> other = each -> !each.sameName(header);
        return new Access(
                Stream.concat(headers.stream().filter(other), Stream.of(header)).toList(),
                authorities,
                verified,
                identity,
                proxy);
    }

    /** Returns a copy that trusts these. */
    public Access authorities(List<X509Certificate> others) {
        return new Access(headers, others, verified, identity, proxy);
    }

    /** Returns a copy that trusts anybody. */
    public Access unverified() {
        return new Access(headers, authorities, false, identity, proxy);
    }

    /** Returns a copy with a certificate of its own. */
    public Access identity(Identity other) {
        return new Access(headers, authorities, verified, other, proxy);
    }

    /** Returns a copy that asks a proxy. */
    public Access proxy(Proxy other) {
        return new Access(headers, authorities, verified, identity, other);
    }
}
