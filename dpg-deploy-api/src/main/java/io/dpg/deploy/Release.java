package io.dpg.deploy;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What to run: application, version, image (by digest where known), settings and provenance. Immutable; the methods that
 * take a value return a changed copy.
 *
 * <p>Settings are plain text and appear in plans and journals. Passwords belong into
 * {@link Environment.Builder#secret(String, io.dpg.deploy.secret.SecretRef) secrets}.
 */
public final class Release {

    private final String application;
    private final String version;
    private final @Nullable String image;
    private final Map<String, String> settings;
    private final Provenance provenance;

    private Release(
            String application,
            String version,
            @Nullable String image,
            Map<String, String> settings,
            Provenance provenance) {
        this.application = application;
        this.version = version;
        this.image = image;
        this.settings = settings;
        this.provenance = provenance;
    }

    /**
     * Returns the release of {@code application} at {@code version}.
     *
     * @throws IllegalArgumentException if either is blank
     */
    public static Release of(String application, String version) {
        return new Release(
                notBlank("application", application), notBlank("version", version), null, Map.of(), Provenance.UNKNOWN);
    }

    /** Returns a copy that runs {@code image}, best given with its digest ({@code name@sha256:…}). */
    public Release image(String image) {
        return new Release(application, version, notBlank("image", image), settings, provenance);
    }

    /** Returns a copy with the setting {@code key} = {@code value}; a target says which settings it knows. */
    public Release setting(String key, String value) {
        Map<String, String> changed = new TreeMap<>(settings);
        changed.put(notBlank("setting", key), Objects.requireNonNull(value, "value"));
        return new Release(application, version, image, Collections.unmodifiableMap(changed), provenance);
    }

    /** Returns a copy built from {@code commit}. */
    public Release commit(String commit) {
        return with(new Provenance(commit, provenance.tag(), provenance.branch()));
    }

    /** Returns a copy tagged {@code tag}. */
    public Release tag(String tag) {
        return with(new Provenance(provenance.commit(), tag, provenance.branch()));
    }

    /** Returns a copy built from {@code branch}. */
    public Release branch(String branch) {
        return with(new Provenance(provenance.commit(), provenance.tag(), branch));
    }

    private Release with(Provenance changed) {
        return new Release(application, version, image, settings, changed);
    }

    /** Returns the application's name. */
    public String application() {
        return application;
    }

    /** Returns the version. */
    public String version() {
        return version;
    }

    /** Returns the image, where one was given. */
    public Optional<String> image() {
        return Optional.ofNullable(image);
    }

    /** Returns the settings, sorted by key, unmodifiable. */
    public Map<String, String> settings() {
        return settings;
    }

    /** Returns where the release comes from. */
    public Provenance provenance() {
        return provenance;
    }

    /**
     * Returns twelve hexadecimal digits that are equal for releases that run the same thing (application, version, image
     * and settings; not provenance), for targets whose platform has no revision id of its own.
     */
    public String fingerprint() {
        String content = application + '\n' + version + '\n' + image + '\n' + settings;
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(content.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 6);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Release that
                && application.equals(that.application)
                && version.equals(that.version)
                && Objects.equals(image, that.image)
                && settings.equals(that.settings)
                && provenance.equals(that.provenance);
    }

    @Override
    public int hashCode() {
        return Objects.hash(application, version, image, settings);
    }

    /** Returns for example {@code dpg-api 1.4.0}. */
    @Override
    public String toString() {
        return application + " " + version;
    }

    private static String notBlank(String what, String value) {
        if (Objects.requireNonNull(value, what).isBlank()) {
            throw new IllegalArgumentException("The " + what + " of a release must not be blank");
        }
        return value;
    }
}
