package io.dpg.deploy.aws;

import io.dpg.deploy.DeployException;
import io.dpg.deploy.aws.internal.image.ImageName;
import io.dpg.deploy.aws.internal.image.Repository;
import java.util.Objects;

/**
 * Images in private registries of Amazon ECR, named as Docker does:
 *
 * <pre>
 * 123456789012.dkr.ecr.eu-central-1.amazonaws.com/dpg-api:1.5.0
 * 123456789012.dkr.ecr.eu-central-1.amazonaws.com/dpg-api@sha256:…
 * </pre>
 *
 * <p>The registry is that of the account in the reference, which may be another one than the caller's, where the policy of
 * the repository allows it. The region must be that of the clients. Without tag and digest, {@code latest} is meant.
 *
 * <p>Needs {@code ecr:DescribeImages}. Thread-safe; a call blocks for at most {@link AwsClients#CALL_LIMIT}, and for six of
 * these where a missing image makes it look for the newest tags.
 */
public final class EcrImages {

    private final AwsClients clients;

    private EcrImages(AwsClients clients) {
        this.clients = clients;
    }

    /** Returns images seen through {@code clients}, which stay the caller's to close. */
    public static EcrImages of(AwsClients clients) {
        return new EcrImages(Objects.requireNonNull(clients, "clients"));
    }

    /**
     * Returns the reference with the digest that the tag has now, in place of the tag: what is checked is then what runs,
     * whoever moves the tag meanwhile.
     *
     * @throws DeployException if it is no reference of ECR, the repository or image is missing (names the newest tags) or
     *     archived, the region is another one, or AWS refuses
     */
    public String byDigest(String reference) {
        ImageName name = ImageName.parse(reference);
        return name.at(new Repository(clients, name).digest());
    }

    /**
     * Returns whether the image can be pulled: false where it, or its repository, is missing, or where it is archived.
     *
     * @throws DeployException if it is no reference of ECR, the region is another one, or AWS refuses
     */
    public boolean exists(String reference) {
        return new Repository(clients, ImageName.parse(reference)).exists();
    }
}
