package io.dpg.deploy.aws.internal.secret;

import io.dpg.deploy.DeployException;
import io.dpg.deploy.Fault;
import io.dpg.deploy.PlanInvalidException;
import io.dpg.deploy.aws.AwsClients;
import io.dpg.deploy.aws.internal.AwsFault;
import io.dpg.deploy.secret.SecretRef;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.secretsmanager.model.ResourceNotFoundException;
import software.amazon.awssdk.services.ssm.model.Parameter;

/**
 * Turns addresses of secrets into the {@code valueFrom} of a container's {@code secrets} in a task definition, so that ECS
 * fetches the values and no task definition holds one: {@code arn:…:secret:name-xxxxxx:field:stage:version} for Secrets
 * Manager, the parameter's ARN for Parameter Store. No value is asked for in clear text.
 *
 * <p>Source of the forms: "Pass Secrets Manager secrets through Amazon ECS environment variables" and "Pass Systems Manager
 * parameters through Amazon ECS environment variables", docs.aws.amazon.com/AmazonECS/latest/developerguide. Thread-safe.
 */
public final class ValueFrom {

    /** How many parameters one call may ask for: GetParameters of the API reference of Systems Manager. */
    private static final int BATCH = 10;

    private final AwsClients clients;

    private ValueFrom(AwsClients clients) {
        this.clients = clients;
    }

    /** Returns what asks through {@code clients}, which stay the caller's. */
    public static ValueFrom of(AwsClients clients) {
        return new ValueFrom(clients);
    }

    /** Returns why ECS cannot fetch {@code ref}; empty where it can. Asks nobody. */
    public static Optional<String> unfit(SecretRef ref) {
        boolean secret = ref.scheme().equals(Address.SECRETS_MANAGER);
        if (!secret && !ref.scheme().equals(Address.PARAMETER_STORE)) {
            return Optional.of(
                    "ECS fetches only aws-sm: and aws-ssm: secrets; the value of any other would be in the task"
                            + " definition, readable by everybody who may describe it");
        }
        Optional<Address> address = Address.read(ref);
        if (address.isEmpty()) {
            return Optional.of("its address has another form than " + Address.form(ref));
        }
        String field = ref.fieldName();
        if (secret) {
            return field != null && !field.matches("[^:.\\[\\]]{1,256}")
                    ? Optional.of(
                            "ECS takes a field at the top of the JSON document only, without dots, brackets or colons")
                    : Optional.empty();
        }
        if (field != null) {
            return Optional.of("ECS takes parameters as a whole, without #" + field
                    + "; put the field into a parameter of" + " its own, or use aws-sm:");
        }
        return address.get().version() != null || address.get().label() != null
                ? Optional.of("ECS takes the current version of a parameter only; leave out what follows '?'")
                : Optional.empty();
    }

    /** Returns a fault for each of {@code refs} that ECS cannot fetch; asks nobody. */
    public static List<Fault> faults(Map<String, SecretRef> refs) {
        List<Fault> faults = new ArrayList<>();
        refs.forEach((name, ref) -> unfit(ref).ifPresent(reason -> faults.add(fault(name, ref, reason))));
        return List.copyOf(faults);
    }

    /**
     * Returns the {@code valueFrom} of all {@code refs}, by the same names and in the same order. One call for each secret
     * without a whole ARN, and for each ten parameters.
     *
     * @throws PlanInvalidException if ECS cannot fetch any, or any does not exist; it lists all of those
     * @throws DeployException if AWS could not be asked
     */
    public Map<String, String> resolve(Map<String, SecretRef> refs) {
        List<Fault> faults = new ArrayList<>(faults(refs));
        if (faults.isEmpty()) {
            Map<String, String> arns = arns(refs);
            Map<String, String> found = new LinkedHashMap<>();
            refs.forEach((name, ref) -> {
                String arn = arns.get(key(ref));
                if (arn == null) {
                    faults.add(fault(name, ref, "there is none; create it, or correct its address"));
                } else {
                    found.put(name, valueFrom(arn, ref));
                }
            });
            if (faults.isEmpty()) {
                return found;
            }
        }
        throw new PlanInvalidException("pass the secrets to the task definition", faults);
    }

    private static String valueFrom(String arn, SecretRef ref) {
        Address address = Address.of(ref);
        String field = ref.field().orElse("");
        String stage = Optional.ofNullable(address.label()).orElse("");
        String version = Optional.ofNullable(address.version()).orElse("");
        // All colons or none: with any of the three, the places of the others stay empty.
        return field.isEmpty() && stage.isEmpty() && version.isEmpty()
                ? arn
                : arn + ":" + field + ":" + stage + ":" + version;
    }

    private Map<String, String> arns(Map<String, SecretRef> refs) {
        Map<String, String> arns = new LinkedHashMap<>();
        Set<String> parameters = new TreeSet<>();
        for (SecretRef ref : new LinkedHashSet<>(refs.values())) {
            String name = Address.of(ref).name();
            if (ref.scheme().equals(Address.PARAMETER_STORE)) {
                parameters.add(name);
            } else if (!arns.containsKey(key(ref))) {
                secret(name).ifPresent(arn -> arns.put(key(ref), arn));
            }
        }
        List<String> names = List.copyOf(parameters);
        for (int from = 0; from < names.size(); from += BATCH) {
            for (Parameter found : parameters(names.subList(from, Math.min(names.size(), from + BATCH)))) {
                arns.put(Address.PARAMETER_STORE + ":" + found.name(), found.arn());
                arns.put(Address.PARAMETER_STORE + ":" + found.arn(), found.arn());
            }
        }
        return arns;
    }

    private Optional<String> secret(String name) {
        try {
            return Optional.of(clients.secretsManager()
                    .describeSecret(r -> r.secretId(name))
                    .arn());
        } catch (ResourceNotFoundException e) {
            return Optional.empty();
        } catch (SdkException e) {
            throw AwsFault.quiet("look up the secret " + name, name, e);
        }
    }

    private List<Parameter> parameters(List<String> names) {
        try {
            // Without decryption: a SecureString stays what it is, and only the ARN is used.
            return clients.parameterStore()
                    .getParameters(r -> r.names(names).withDecryption(false))
                    .parameters();
        } catch (SdkException e) {
            throw AwsFault.quiet("look up the parameters " + names, names.get(0), e);
        }
    }

    private static String key(SecretRef ref) {
        return ref.scheme() + ":" + Address.of(ref).name();
    }

    private static Fault fault(String name, SecretRef ref, String reason) {
        return new Fault("secrets." + name, ref.toString(), reason);
    }
}
