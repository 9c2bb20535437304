package io.dpg.deploy;

import io.dpg.deploy.check.ApprovalPolicy;
import io.dpg.deploy.secret.SecretRef;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where and under which policy a release runs: name, replicas, resources, variables, required secrets, branches that
 * deploy by themselves, approval. Immutable. {@link Environments} loads them from YAML.
 *
 * @param name the name, such as {@code production}
 * @param replicaCount instances wanted, or null to keep the number that serves now (1 where nothing does)
 * @param resources limits of one instance
 * @param variables plain variables, in the order given
 * @param secrets required secrets by the variable that receives them, in the order given
 * @param branches branches whose releases deploy without being asked; a trailing {@code *} matches any rest
 * @param approvalPolicy who must consent, or null where nobody must
 */
public record Environment(
        String name,
        @Nullable Integer replicaCount,
        Resources resources,
        Map<String, String> variables,
        Map<String, SecretRef> secrets,
        List<String> branches,
        @Nullable ApprovalPolicy approvalPolicy) {

    /** Copies the collections and checks the values. */
    public Environment {
        if (Objects.requireNonNull(name, "name").isBlank()) {
            throw new IllegalArgumentException("The name of an environment must not be blank");
        }
        if (replicaCount != null && replicaCount < 1) {
            throw new IllegalArgumentException("replicas must be at least 1, but is " + replicaCount);
        }
        Objects.requireNonNull(resources, "resources");
        variables = Collections.unmodifiableMap(new LinkedHashMap<>(variables));
        secrets = Collections.unmodifiableMap(new LinkedHashMap<>(secrets));
        branches = List.copyOf(branches);
        for (String variable : secrets.keySet()) {
            if (variables.containsKey(variable)) {
                throw new IllegalArgumentException(
                        "'" + variable + "' is set by variables and by secrets; keep it in one of them");
            }
        }
    }

    /** Returns a builder of the environment {@code name}. */
    public static Builder named(String name) {
        return new Builder(name);
    }

    /** Returns an environment without any setting, named {@code name}. */
    public static Environment of(String name) {
        return named(name).build();
    }

    /** Returns the instances wanted, where stated. */
    public Optional<Integer> replicas() {
        return Optional.ofNullable(replicaCount);
    }

    /** Returns who must consent, where anybody must. */
    public Optional<ApprovalPolicy> approval() {
        return Optional.ofNullable(approvalPolicy);
    }

    /** Returns whether releases built from {@code branch} deploy here without being asked. */
    public boolean deploysAutomatically(String branch) {
        return branches.stream()
                .anyMatch(b -> b.endsWith("*") ? branch.startsWith(b.substring(0, b.length() - 1)) : b.equals(branch));
    }

    /** Returns a copy with {@code more} variables, which win over those of the same name. */
    public Environment withVariables(Map<String, String> more) {
        Map<String, String> all = new LinkedHashMap<>(variables);
        all.putAll(more);
        return new Environment(name, replicaCount, resources, all, secrets, branches, approvalPolicy);
    }

    /** Returns a copy in which nobody must consent. */
    public Environment withoutApproval() {
        return new Environment(name, replicaCount, resources, variables, secrets, branches, null);
    }

    /** Collects the settings of an environment. Not thread-safe. */
    public static final class Builder {
        private final String name;
        private @Nullable Integer replicas;
        private @Nullable String cpu;
        private @Nullable String memory;
        private final Map<String, String> variables = new LinkedHashMap<>();
        private final Map<String, SecretRef> secrets = new LinkedHashMap<>();
        private final List<String> branches = new ArrayList<>();
        private @Nullable ApprovalPolicy approval;

        private Builder(String name) {
            this.name = name;
        }

        /** Sets the number of instances; default: as many as serve now, or 1. */
        public Builder replicas(int replicas) {
            this.replicas = replicas;
            return this;
        }

        /** Sets the processor limit of one instance, such as {@code 500m}; default none. */
        public Builder cpu(String cpu) {
            this.cpu = cpu;
            return this;
        }

        /** Sets the memory limit of one instance, such as {@code 512Mi}; default none. */
        public Builder memory(String memory) {
            this.memory = memory;
            return this;
        }

        /** Adds a plain variable. */
        public Builder variable(String variable, String value) {
            variables.put(variable, value);
            return this;
        }

        /** Adds a required secret, handed to instances in {@code variable}. */
        public Builder secret(String variable, SecretRef ref) {
            secrets.put(variable, ref);
            return this;
        }

        /** Adds a required secret by its address, such as {@code env:DATABASE_URL}. */
        public Builder secret(String variable, String ref) {
            return secret(variable, SecretRef.parse(ref));
        }

        /** Adds a branch whose releases deploy without being asked. */
        public Builder branch(String branch) {
            branches.add(branch);
            return this;
        }

        /** Demands consent; default: nobody's. */
        public Builder approval(ApprovalPolicy approval) {
            this.approval = approval;
            return this;
        }

        /**
         * Returns the environment.
         *
         * @throws IllegalArgumentException if a value cannot be
         */
        public Environment build() {
            return new Environment(name, replicas, new Resources(cpu, memory), variables, secrets, branches, approval);
        }
    }
}
