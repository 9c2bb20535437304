package io.dpg.deploy.aws;

import io.dpg.deploy.DeployException;
import io.dpg.deploy.DeployException.Details;
import io.dpg.deploy.aws.internal.AwsFault;
import io.dpg.deploy.aws.internal.secret.Address;
import io.dpg.deploy.aws.internal.secret.StandardClients;
import io.dpg.deploy.secret.Secret;
import io.dpg.deploy.secret.SecretRef;
import io.dpg.deploy.secret.SecretSource;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.ssm.model.InvalidKeyIdException;
import software.amazon.awssdk.services.ssm.model.Parameter;
import software.amazon.awssdk.services.ssm.model.ParameterNotFoundException;
import software.amazon.awssdk.services.ssm.model.ParameterVersionNotFoundException;

/**
 * The source of parameters in AWS Systems Manager Parameter Store, decrypted:
 *
 * <pre>
 * aws-ssm:/dpg-cluster/production/database-url             the current version
 * aws-ssm:/dpg-cluster/production/database-url?version=3   that version
 * aws-ssm:/dpg-cluster/production/database-url?label=live  the version with that label
 * aws-ssm:/dpg-cluster/production/database#password        one field, where the value is a JSON document
 * aws-ssm:arn:aws:ssm:eu-central-1:123456789012:parameter/shared/token
 * </pre>
 *
 * <p>A parameter counts as changed when its version was written. {@code Secrets} fetches each once per resolution; nothing is
 * kept here. {@code Secrets.standard()} finds it by itself, with region and credentials of the SDK's default chains. Needs
 * {@code ssm:GetParameter}, and {@code kms:Decrypt} where the key is your own. Thread-safe; a fetch blocks for at most
 * {@link AwsClients#CALL_LIMIT}.
 */
public final class ParameterStoreSource implements SecretSource {

    private final Supplier<AwsClients> clients;

    /** For {@link java.util.ServiceLoader}. Connects when first asked. */
    public ParameterStoreSource() {
        this(StandardClients::get);
    }

    private ParameterStoreSource(Supplier<AwsClients> clients) {
        this.clients = clients;
    }

    /** Returns a source that asks through {@code clients}, which stay the caller's to close. */
    public static SecretSource of(AwsClients clients) {
        Objects.requireNonNull(clients, "clients");
        return new ParameterStoreSource(() -> clients);
    }

    @Override
    public String scheme() {
        return Address.PARAMETER_STORE;
    }

    /**
     * Fetches the version of the parameter at {@code ref}.
     *
     * @throws DeployException if the address has another form, the parameter cannot be decrypted, or AWS refused or did not
     *     answer; retryable where that may pass
     */
    @Override
    public Optional<Found> fetch(SecretRef ref) {
        Address address = Address.of(ref);
        String pick = address.version() != null ? address.version() : address.label();
        String name = pick == null ? address.name() : address.name() + ":" + pick;
        try {
            Parameter found = clients.get()
                    .parameterStore()
                    .getParameter(r -> r.name(name).withDecryption(true))
                    .parameter();
            return Optional.of(new Found(Secret.of(found.value()), found.lastModifiedDate()));
        } catch (ParameterNotFoundException | ParameterVersionNotFoundException e) {
            return Optional.empty();
        } catch (InvalidKeyIdException e) {
            throw new DeployException(
                    "Tried to read the secret " + ref + ", but its KMS key is not usable",
                    Details.NONE
                            .at(AwsFault.PROVIDER, ref.toString())
                            .remedy("enable the key, and grant kms:Decrypt on it"));
        } catch (SdkException e) {
            throw AwsFault.quiet("read the secret " + ref, ref.toString(), e);
        }
    }
}
