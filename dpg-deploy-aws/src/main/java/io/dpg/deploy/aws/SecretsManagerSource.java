package io.dpg.deploy.aws;

import io.dpg.deploy.DeployException;
import io.dpg.deploy.DeployException.Details;
import io.dpg.deploy.aws.internal.AwsFault;
import io.dpg.deploy.aws.internal.secret.Address;
import io.dpg.deploy.aws.internal.secret.StandardClients;
import io.dpg.deploy.secret.Secret;
import io.dpg.deploy.secret.SecretRef;
import io.dpg.deploy.secret.SecretSource;
import io.dpg.deploy.secret.SecretText;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.secretsmanager.model.DecryptionFailureException;
import software.amazon.awssdk.services.secretsmanager.model.GetSecretValueResponse;
import software.amazon.awssdk.services.secretsmanager.model.InvalidRequestException;
import software.amazon.awssdk.services.secretsmanager.model.ResourceNotFoundException;

/**
 * The source of secrets in AWS Secrets Manager:
 *
 * <pre>
 * aws-sm:dpg-cluster/production/database                              the whole value
 * aws-sm:dpg-cluster/production/database#connection_string            one field of a JSON document
 * aws-sm:dpg-cluster/production/database?stage=AWSPREVIOUS#password   by staging label; default AWSCURRENT
 * aws-sm:dpg-cluster/production/database?version=0f3a…#password       by version id
 * aws-sm:arn:aws:secretsmanager:eu-central-1:123456789012:secret:dpg-cluster/production/database-AbCdEf
 * </pre>
 *
 * <p>A binary secret comes as text where it is UTF-8, else as Base64. It counts as changed when the version was created.
 * {@code Secrets} fetches each secret once per resolution, whatever the number of its fields; nothing is kept here, so a
 * rotated secret is seen by the next rollout.
 *
 * <p>{@code Secrets.standard()} finds it by itself, with region and credentials of the SDK's default chains. Needs {@code
 * secretsmanager:GetSecretValue}, and {@code kms:Decrypt} where the secret has a key of your own. Thread-safe; a fetch
 * blocks for at most {@link AwsClients#CALL_LIMIT}.
 */
public final class SecretsManagerSource implements SecretSource {

    private final Supplier<AwsClients> clients;

    /** For {@link java.util.ServiceLoader}. Connects when first asked. */
    public SecretsManagerSource() {
        this(StandardClients::get);
    }

    private SecretsManagerSource(Supplier<AwsClients> clients) {
        this.clients = clients;
    }

    /** Returns a source that asks through {@code clients}, which stay the caller's to close. */
    public static SecretSource of(AwsClients clients) {
        Objects.requireNonNull(clients, "clients");
        return new SecretsManagerSource(() -> clients);
    }

    @Override
    public String scheme() {
        return Address.SECRETS_MANAGER;
    }

    /**
     * Fetches the version of the secret at {@code ref}.
     *
     * @throws DeployException if the address has another form, the secret is to be deleted or cannot be decrypted, or AWS
     *     refused or did not answer; retryable where that may pass
     */
    @Override
    public Optional<Found> fetch(SecretRef ref) {
        Address address = Address.of(ref);
        String what = "read the secret " + ref;
        try {
            GetSecretValueResponse found = clients.get().secretsManager().getSecretValue(r -> r.secretId(address.name())
                    .versionId(address.version())
                    .versionStage(address.label()));
            String text = found.secretString() != null
                    ? found.secretString()
                    : found.secretBinary() == null
                            ? ""
                            : SecretText.of(found.secretBinary().asByteArrayUnsafe());
            return Optional.of(new Found(Secret.of(text), found.createdDate()));
        } catch (ResourceNotFoundException e) {
            return Optional.empty();
        } catch (InvalidRequestException e) {
            throw refused(
                    what,
                    ref,
                    "Secrets Manager does not give it out, mostly as it is to be deleted",
                    "restore it with aws secretsmanager restore-secret, or correct the address");
        } catch (DecryptionFailureException e) {
            throw refused(what, ref, "it cannot be decrypted", "enable its KMS key, and grant kms:Decrypt on it");
        } catch (SdkException e) {
            throw AwsFault.quiet(what, ref.toString(), e);
        }
    }

    private static DeployException refused(String what, SecretRef ref, String why, String remedy) {
        return new DeployException(
                "Tried to " + what + ", but " + why,
                Details.NONE.at(AwsFault.PROVIDER, ref.toString()).remedy(remedy));
    }
}
