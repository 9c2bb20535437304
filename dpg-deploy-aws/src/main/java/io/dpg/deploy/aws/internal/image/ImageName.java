package io.dpg.deploy.aws.internal.image;

import io.dpg.deploy.DeployException;
import io.dpg.deploy.DeployException.Details;
import io.dpg.deploy.aws.internal.AwsFault;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ecr.model.ImageIdentifier;

/**
 * The reference of an image in a private registry of Amazon ECR.
 *
 * @param host the registry's host
 * @param account the registry's account, 12 digits
 * @param region the registry's region
 * @param repository the repository, with slashes
 * @param tag the tag, or null where only the digest was given
 * @param digest the digest, {@code sha256:} and 64 digits, or null
 */
public record ImageName(
        String host,
        String account,
        String region,
        String repository,
        @Nullable String tag,
        @Nullable String digest) {

    /** Longer than any: a host, 256 characters of repository, 128 of tag, 71 of digest. */
    private static final int LONGEST = 600;

    /**
     * Hosts as "Amazon ECR private registry" and "Amazon ECR endpoints and quotas" of the AWS documentation list them:
     * the usual, FIPS, China, the European sovereign cloud and dual-stack.
     */
    private static final Pattern FORM =
            Pattern.compile("(?<host>(?<account>[0-9]{12})\\.dkr[.-]ecr(?:-fips)?\\.(?<region>[a-z0-9-]{1,32})"
                    + "\\.(?:amazonaws\\.com|amazonaws\\.com\\.cn|amazonaws\\.eu|on\\.aws|on\\.amazonwebservices\\.com\\.cn))"
                    + "/(?<repository>[a-z0-9][a-z0-9._/-]{0,255})"
                    + "(?::(?<tag>[A-Za-z0-9_][A-Za-z0-9._-]{0,127}))?"
                    + "(?:@(?<digest>sha256:[0-9a-f]{64}))?");

    /**
     * Reads {@code <account>.dkr.ecr.<region>.amazonaws.com/<repository>[:tag][@sha256:…]}; the tag is {@code latest}, as
     * for Docker, where neither is given.
     *
     * @throws DeployException if it is nothing of the kind
     */
    public static ImageName parse(String reference) {
        Matcher found = FORM.matcher(reference.length() > LONGEST ? "" : reference);
        if (!found.matches()) {
            String why = reference.startsWith("public.ecr.aws/")
                    ? "ECR Public is another service, which has no such calls"
                    : "it is no reference of Amazon ECR";
            throw new DeployException(
                    "Tried to read the image reference '" + shown(reference) + "', but " + why,
                    Details.NONE
                            .at(AwsFault.PROVIDER, shown(reference))
                            .remedy(
                                    "write <account>.dkr.ecr.<region>.amazonaws.com/<repository>:<tag> or …@sha256:<digest>"));
        }
        String tag = found.group("tag");
        String digest = found.group("digest");
        return new ImageName(
                found.group("host"),
                found.group("account"),
                found.group("region"),
                found.group("repository"),
                tag == null && digest == null ? "latest" : tag,
                digest);
    }

    /** Somebody may have pasted a login before the host: it is not repeated. */
    private static String shown(String reference) {
        int at = reference.indexOf('@');
        boolean login = at >= 0 && !reference.startsWith("@sha256:", at);
        return Text.brief(login ? "…" + reference.substring(at) : reference);
    }

    /** Returns what the calls of ECR identify the image by: the digest where it is known. */
    public ImageIdentifier id() {
        return digest != null
                ? ImageIdentifier.builder().imageDigest(digest).build()
                : ImageIdentifier.builder().imageTag(tag).build();
    }

    /** Returns the reference of the image with {@code digest}, without a tag: tags move. */
    public String at(String digest) {
        return host + '/' + repository + '@' + digest;
    }

    /** Returns the reference. */
    @Override
    public String toString() {
        return host + '/' + repository + (tag == null ? "" : ":" + tag) + (digest == null ? "" : "@" + digest);
    }
}
