package io.dpg.deploy.aws.internal.image;

import io.dpg.deploy.DeployException;
import io.dpg.deploy.DeployException.Details;
import io.dpg.deploy.aws.AwsClients;
import io.dpg.deploy.aws.internal.AwsFault;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.ecr.EcrClient;
import software.amazon.awssdk.services.ecr.model.DescribeImagesResponse;
import software.amazon.awssdk.services.ecr.model.ImageDetail;
import software.amazon.awssdk.services.ecr.model.ImageNotFoundException;
import software.amazon.awssdk.services.ecr.model.RepositoryNotFoundException;
import software.amazon.awssdk.services.ecr.model.TagStatus;

/** The repository of one image: whether it has the image, and what to say where not. */
public final class Repository {

    /** How many tags a message names. */
    static final int TAGS = 5;

    /** How many pages of 1000 images are looked through for the newest tags; ECR lists them in no order. */
    static final int PAGES = 5;

    private static final int PAGE = 1000;

    private final AwsClients clients;
    private final ImageName name;

    /** Looks for {@code name} through {@code clients}. */
    public Repository(AwsClients clients, ImageName name) {
        this.clients = clients;
        this.name = name;
    }

    /**
     * Returns the image's digest.
     *
     * @throws DeployException if it cannot be pulled or seen; says why
     */
    public String digest() {
        ImageDetail image = call("read the image " + name, "ecr:DescribeImages", this::describe);
        if (!pullable(image)) {
            throw fault(
                    "read the image " + name,
                    "it is " + Text.brief(image.imageStatusAsString()) + ", and cannot be pulled",
                    "restore it from the archive, or push it again",
                    null);
        }
        if (image.imageDigest() == null) {
            throw fault(
                    "read the image " + name, "ECR gave no digest", "look at the endpoint; ECR always has one", null);
        }
        return image.imageDigest();
    }

    /**
     * Returns whether the image is there and can be pulled.
     *
     * @throws DeployException if that could not be found out
     */
    public boolean exists() {
        return call("look for the image " + name, "ecr:DescribeImages", ecr -> {
            try {
                return pullable(describe(ecr));
            } catch (ImageNotFoundException | RepositoryNotFoundException e) {
                return false;
            }
        });
    }

    /** Only {@code ACTIVE}; endpoints that know no archive say nothing. */
    private static boolean pullable(ImageDetail image) {
        return image.imageStatusAsString() == null
                || image.imageStatusAsString().equals("ACTIVE");
    }

    private ImageDetail describe(EcrClient ecr) {
        List<ImageDetail> found = ecr.describeImages(r -> r.registryId(name.account())
                        .repositoryName(name.repository())
                        .imageIds(name.id()))
                .imageDetails();
        if (found.isEmpty()) {
            throw ImageNotFoundException.builder().message("ECR named no image").build();
        }
        return found.get(0);
    }

    /**
     * Runs {@code call}, its faults told in our words.
     *
     * @param what completes "Tried to …"
     * @param action the permission that the call needs
     */
    <T> T call(String what, String action, Function<EcrClient, T> call) {
        try {
            EcrClient ecr = clients.ecr();
            String region = ecr.serviceClientConfiguration().region().id();
            if (!region.equals(name.region())) {
                throw fault(
                        what,
                        "the clients are of the region " + region,
                        "give clients of the image's: AwsClients.builder().region(\"" + name.region() + "\")",
                        null);
            }
            return call.apply(ecr);
        } catch (ImageNotFoundException e) {
            throw fault(
                    what,
                    "the repository " + name.repository() + " has no such image" + newest(),
                    "push it first, or correct the " + (name.digest() == null ? "tag" : "digest"),
                    e);
        } catch (RepositoryNotFoundException e) {
            throw fault(
                    what,
                    "account " + name.account() + " has no repository " + name.repository() + " in " + name.region(),
                    "correct account, region or name, or create it",
                    e);
        } catch (SdkException e) {
            if (AwsFault.isForbidden(e)) {
                throw fault(
                        what,
                        AwsFault.why(e),
                        "grant " + action + "; where account " + name.account()
                                + " is another one, the policy of the repository must allow it, too",
                        e);
            }
            throw AwsFault.of(what, name.toString(), e);
        }
    }

    private DeployException fault(String what, String why, String remedy, @Nullable Throwable cause) {
        return new DeployException(
                "Tried to " + what + ", but " + why,
                Details.NONE.at(AwsFault.PROVIDER, name.toString()).remedy(remedy),
                cause);
    }

    /** Returns "; its newest tags are …", or what is known instead; a fault on the way is not the one to tell about. */
    private String newest() {
        try {
            return newest(clients.ecr());
        } catch (SdkException e) {
            return "";
        }
    }

    private String newest(EcrClient ecr) {
        List<ImageDetail> newest = new ArrayList<>();
        Comparator<ImageDetail> byAge = Comparator.comparing((ImageDetail i) ->
                        Optional.ofNullable(i.imagePushedAt()).orElse(Instant.MIN))
                .reversed();
        String next = null;
        int pages = 0;
        do {
            String token = next;
            DescribeImagesResponse page = ecr.describeImages(r -> r.registryId(name.account())
                    .repositoryName(name.repository())
                    .filter(f -> f.tagStatus(TagStatus.TAGGED))
                    .maxResults(PAGE)
                    .nextToken(token));
            page.imageDetails().stream().filter(ImageDetail::hasImageTags).forEach(newest::add);
            newest.sort(byAge);
            newest.subList(Math.min(TAGS, newest.size()), newest.size()).clear();
            next = page.nextToken();
            pages++;
        } while (next != null && pages < PAGES);
        List<String> tags = newest.stream()
                .flatMap(image -> image.imageTags().stream())
                .map(Text::brief)
                .limit(TAGS)
                .toList();
        String among = next == null ? "" : " among the first " + PAGES * PAGE + " images";
        return tags.isEmpty()
                ? ", nor any with a tag" + among
                : "; its newest tags" + among + " are " + String.join(", ", tags);
    }
}
