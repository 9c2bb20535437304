package io.dpg.deploy.verify.internal;

import io.dpg.deploy.secret.Secret;
import io.dpg.deploy.verify.internal.Access.Identity;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Certificates and keys from files of at most 1 MiB. */
public final class Certificates {

    private static final int LIMIT = 1024 * 1024;
    private static final Pattern KEY =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]*PRIVATE KEY)-----([^-]*)-----END \\1-----");
    private static final List<String> ALGORITHMS = List.of("RSA", "EC", "EdDSA");

    private Certificates() {}

    /**
     * Returns all certificates of the PEM file {@code file}.
     *
     * @throws IllegalArgumentException if there are none, or it cannot be read
     */
    public static List<X509Certificate> certificates(Path file) {
        byte[] bytes = bytes(file);
        List<X509Certificate> found = new ArrayList<>();
        try {
            for (Certificate each :
                    CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(bytes))) {
                found.add((X509Certificate) each);
            }
        } catch (CertificateException e) {
            throw new IllegalArgumentException(tried("certificates", file, "it holds none in PEM form"), e);
        }
        if (found.isEmpty()) {
            throw new IllegalArgumentException(tried("certificates", file, "it is empty"));
        }
        return found;
    }

    /**
     * Returns the identity of a PEM certificate with its chain, and the PEM key that belongs to it.
     *
     * @throws IllegalArgumentException if there is none, or it cannot be read
     */
    public static Identity pem(Path certificates, Path key) {
        return new Identity(key(key), certificates(certificates));
    }

    /**
     * Returns the identity of the first key in a PKCS #12 file.
     *
     * @throws IllegalArgumentException if there is none, or it cannot be read
     */
    public static Identity pkcs12(Path file, Secret password) {
        char[] chars = password.reveal().toCharArray();
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(new ByteArrayInputStream(bytes(file)), chars);
            for (String alias : Collections.list(store.aliases())) {
                if (store.isKeyEntry(alias) && store.getKey(alias, chars) instanceof PrivateKey key) {
                    List<X509Certificate> chain = new ArrayList<>();
                    for (Certificate each : store.getCertificateChain(alias)) {
                        chain.add((X509Certificate) each);
                    }
                    return new Identity(key, chain);
                }
            }
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalArgumentException(
                    tried("a certificate and its key", file, "it is not PKCS #12, or the password is wrong"));
        }
        throw new IllegalArgumentException(tried("a certificate and its key", file, "it holds no private key"));
    }

    private static PrivateKey key(Path file) {
        Matcher pem = KEY.matcher(new String(bytes(file), StandardCharsets.ISO_8859_1));
        if (!pem.find()) {
            throw new IllegalArgumentException(tried("a private key", file, "it holds none in PEM form"));
        }
        if (!pem.group(1).equals("PRIVATE KEY")) {
            String remedy = "it holds an '" + pem.group(1) + "'; convert it with 'openssl pkcs8 -topk8 -nocrypt'";
            throw new IllegalArgumentException(tried("a private key", file, remedy));
        }
        try {
            PKCS8EncodedKeySpec spec =
                    new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(pem.group(2)));
            for (String algorithm : ALGORITHMS) {
                try {
                    return KeyFactory.getInstance(algorithm).generatePrivate(spec);
                } catch (InvalidKeySpecException e) {
                    continue; // not of this one
                }
            }
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IllegalArgumentException(tried("a private key", file, "it is damaged"));
        }
        throw new IllegalArgumentException(tried("a private key", file, "it is none of RSA, EC or EdDSA, or damaged"));
    }

    private static byte[] bytes(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(LIMIT + 1);
            if (bytes.length > LIMIT) {
                throw new IllegalArgumentException(tried("a certificate or key", file, "it is larger than 1 MiB"));
            }
            return bytes;
        } catch (IOException e) {
            String why = Files.notExists(file)
                    ? "there is no such file"
                    : "that failed with " + e.getClass().getSimpleName();
            throw new IllegalArgumentException(tried("a certificate or key", file, why), e);
        }
    }

    private static String tried(String what, Path file, String why) {
        return "Tried to read " + what + " from " + file + ", but " + why;
    }
}
