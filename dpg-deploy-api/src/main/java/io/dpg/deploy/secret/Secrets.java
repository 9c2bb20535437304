package io.dpg.deploy.secret;

import io.dpg.deploy.DeployException;
import io.dpg.deploy.DeployException.Details;
import io.dpg.deploy.Fault;
import io.dpg.deploy.PlanInvalidException;
import io.dpg.deploy.ProviderNotFoundException;
import io.dpg.deploy.engine.SystemTime;
import io.dpg.deploy.secret.SecretSource.Found;
import io.dpg.deploy.spi.Time;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.ServiceLoader;

/** Turns addresses of secrets into their values. Immutable and thread-safe; nothing is kept between calls. */
public final class Secrets {

    /** The age in days from which a secret is warned about: {@value}. */
    public static final int MAX_AGE_DAYS = 90;

    private static final Map<String, String> ARTIFACTS = Map.of(
            "aws-sm", "io.dpg.deploy:dpg-deploy-aws",
            "aws-ssm", "io.dpg.deploy:dpg-deploy-aws",
            "k8s", "io.dpg.deploy:dpg-deploy-k8s",
            "vault", "io.dpg.deploy:dpg-deploy-vault");

    private final Map<String, SecretSource> sources;
    private final Duration maxAge;
    private final Time time;

    private Secrets(List<SecretSource> sources, Duration maxAge, Time time) {
        Map<String, SecretSource> byScheme = new LinkedHashMap<>();
        for (SecretSource source : sources) {
            SecretSource other = byScheme.putIfAbsent(source.scheme(), source);
            if (other != null) {
                throw new DeployException(
                        "Tried to find the source of '" + source.scheme() + ":' secrets, but there are two: "
                                + other.getClass().getName() + " and "
                                + source.getClass().getName(),
                        Details.NONE.remedy("remove one of them from the class path or from the builder"));
            }
        }
        this.sources = Map.copyOf(byScheme);
        this.maxAge = maxAge;
        this.time = time;
    }

    /**
     * Returns a resolver of {@code env:} and {@code file:}, and of what the modules on the class path bring.
     *
     * @throws DeployException if two sources have the same scheme
     */
    public static Secrets standard() {
        return builder().build();
    }

    /**
     * Returns a resolver that knows {@code sources} and no other.
     *
     * @throws DeployException if two of them have the same scheme
     */
    public static Secrets of(SecretSource... sources) {
        return new Secrets(List.of(sources), Duration.ofDays(MAX_AGE_DAYS), SystemTime.INSTANCE);
    }

    /** Returns a builder that begins with what {@link #standard()} knows. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Returns the value at {@code ref}.
     *
     * @throws DeployException if there is none, it is empty, or its source could not be asked
     * @throws ProviderNotFoundException if no source has its scheme
     */
    public Secret resolve(SecretRef ref) {
        return fetch(ref, new HashMap<>()).value();
    }

    /**
     * Returns the values of all {@code refs}, by the same names and in the same order.
     *
     * @throws PlanInvalidException if any could not be resolved; it lists all of those
     */
    public Resolved resolveAll(Map<String, SecretRef> refs) {
        List<Fault> faults = new ArrayList<>();
        Resolved resolved = resolve(refs, faults);
        if (!faults.isEmpty()) {
            throw new PlanInvalidException("resolve the required secrets", faults);
        }
        return resolved;
    }

    /** Returns a fault for each of {@code refs} that cannot be resolved; empty where all can. */
    public List<Fault> missing(Map<String, SecretRef> refs) {
        List<Fault> faults = new ArrayList<>();
        resolve(refs, faults);
        return List.copyOf(faults);
    }

    private Resolved resolve(Map<String, SecretRef> refs, List<Fault> faults) {
        Map<String, Secret> values = new LinkedHashMap<>();
        List<String> warnings = new ArrayList<>();
        Map<SecretRef, Optional<Found>> fetched = new HashMap<>(); // several fields, one request
        refs.forEach((name, ref) -> {
            try {
                Found found = fetch(ref, fetched);
                values.put(name, found.value());
                found.rotated().flatMap(since -> warning(name, ref, since)).ifPresent(warnings::add);
            } catch (DeployException e) {
                faults.add(new Fault("secrets." + name, shown(ref), String.valueOf(e.getMessage())));
            } catch (RuntimeException e) {
                // Of other people's code; what its message quotes is not known.
                faults.add(new Fault(
                        "secrets." + name,
                        shown(ref),
                        "its source failed with " + e.getClass().getName()));
            }
        });
        return new Resolved(values, warnings);
    }

    private Found fetch(SecretRef ref, Map<SecretRef, Optional<Found>> fetched) {
        SecretSource source = sources.get(ref.scheme());
        if (source == null) {
            throw new ProviderNotFoundException(
                    ref.scheme() + ":",
                    ARTIFACTS.getOrDefault(
                            ref.scheme(),
                            "that brings it, or give a SecretSource for it to Secrets.builder().source(…)"));
        }
        SecretRef whole = new SecretRef(ref.scheme(), ref.path(), null);
        Optional<Found> cached = fetched.get(whole);
        if (cached == null) {
            cached = source.fetch(whole);
            fetched.put(whole, cached);
        }
        Found found = cached.orElseThrow(() -> failed(ref, "there is none", "create it, or correct its address"));
        Secret value = found.value();
        if (ref.fieldName() != null) {
            try {
                value = JsonField.select(value, ref.fieldName());
            } catch (JsonField.NoSuchField e) {
                throw failed(ref, e.getMessage(), "correct the part after '#'");
            }
        }
        if (value.reveal().isEmpty()) {
            throw failed(ref, "it is empty", "set its value");
        }
        return new Found(value, found.rotatedAt());
    }

    private Optional<String> warning(String name, SecretRef ref, Instant since) {
        Duration age = Duration.between(since, time.now());
        return age.compareTo(maxAge) <= 0
                ? Optional.empty()
                : Optional.of("The secret " + name + " (" + ref + ") was last changed on "
                        + LocalDate.ofInstant(since, ZoneOffset.UTC) + ", " + age.toDays() + " days ago; change it at"
                        + " least every " + maxAge.toDays() + " days");
    }

    /** A reference of unknown scheme may be a pasted secret such as {@code admin:hunter2}. */
    private String shown(SecretRef ref) {
        return sources.containsKey(ref.scheme()) ? ref.toString() : ref.scheme() + ":***";
    }

    private static DeployException failed(SecretRef ref, String why, String remedy) {
        return new DeployException("Tried to resolve the secret " + ref + ", but " + why, Details.NONE.remedy(remedy));
    }

    /**
     * Secrets with their values.
     *
     * @param values the values by name, in the order asked
     * @param warnings what is to be said about them, such as their age; never a value
     */
    public record Resolved(Map<String, Secret> values, List<String> warnings) {

        /** Copies the collections. */
        public Resolved {
            values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
            warnings = List.copyOf(warnings);
        }
    }

    /** Collects sources and settings. Not thread-safe. */
    public static final class Builder {
        private final List<SecretSource> given = new ArrayList<>();
        private Duration maxAge = Duration.ofDays(MAX_AGE_DAYS);
        private Time time = SystemTime.INSTANCE;

        private Builder() {}

        /** Adds a source. */
        public Builder source(SecretSource source) {
            given.add(Objects.requireNonNull(source, "source"));
            return this;
        }

        /**
         * Sets the age from which a secret is warned about; default {@value Secrets#MAX_AGE_DAYS} days.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder maxAge(Duration maxAge) {
            if (maxAge.isZero() || maxAge.isNegative()) {
                throw new IllegalArgumentException("maxAge must be positive, but is " + maxAge);
            }
            this.maxAge = maxAge;
            return this;
        }

        /** Sets the clock that ages are measured by; default this machine's. */
        public Builder time(Time time) {
            this.time = Objects.requireNonNull(time, "time");
            return this;
        }

        /**
         * Returns the resolver.
         *
         * @throws DeployException if two sources have the same scheme
         */
        public Secrets build() {
            List<SecretSource> all = new ArrayList<>();
            all.add(SecretSource.environment());
            all.add(SecretSource.files());
            ServiceLoader.load(SecretSource.class).forEach(all::add);
            all.addAll(given);
            return new Secrets(all, maxAge, time);
        }
    }
}
