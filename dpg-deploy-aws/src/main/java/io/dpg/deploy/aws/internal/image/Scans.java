package io.dpg.deploy.aws.internal.image;

import io.dpg.deploy.DeployException;
import io.dpg.deploy.aws.AwsClients;
import io.dpg.deploy.aws.ScanGate.Severity;
import io.dpg.deploy.aws.internal.image.Scan.Finding;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ecr.EcrClient;
import software.amazon.awssdk.services.ecr.model.Attribute;
import software.amazon.awssdk.services.ecr.model.DescribeImageScanFindingsResponse;
import software.amazon.awssdk.services.ecr.model.EnhancedImageScanFinding;
import software.amazon.awssdk.services.ecr.model.ImageScanFinding;
import software.amazon.awssdk.services.ecr.model.ImageScanFindings;
import software.amazon.awssdk.services.ecr.model.PackageVulnerabilityDetails;
import software.amazon.awssdk.services.ecr.model.ScanNotFoundException;
import software.amazon.awssdk.services.ecr.model.VulnerablePackage;

/**
 * Reads one scan, of both kinds: basic scans have {@code findings}, enhanced ones (Amazon Inspector)
 * {@code enhancedFindings}; both have counts. For one thread, once.
 */
public final class Scans {

    /** How many pages of 1000 findings are read. */
    static final int PAGES = 20;

    private static final int PAGE = 1000;
    private static final int ODDITIES = 5;

    private final Severity floor;
    private final Map<Severity, Long> told = new EnumMap<>(Severity.class);
    private final Map<Severity, Long> seen = new EnumMap<>(Severity.class);
    private final List<Finding> worst = new ArrayList<>();
    private final Set<String> oddities = new TreeSet<>();

    private Scans(Severity floor) {
        this.floor = floor;
    }

    /**
     * Reads the scan of {@code name}.
     *
     * @param floor the least severity of which findings are to be named
     * @throws DeployException if the image is missing, or AWS refuses; retryable where another time may help
     */
    public static Scan read(AwsClients clients, ImageName name, Severity floor) {
        return new Repository(clients, name)
                .call("read the scan of the image " + name, "ecr:DescribeImageScanFindings", ecr -> new Scans(floor)
                        .read(ecr, name));
    }

    private Scan read(EcrClient ecr, ImageName name) {
        DescribeImageScanFindingsResponse first;
        try {
            first = page(ecr, name, null);
        } catch (ScanNotFoundException e) {
            return new Scan(Scan.NONE, "", Map.of(), List.of(), List.of(), false);
        }
        String status = first.imageScanStatus() == null
                ? ""
                : Text.brief(first.imageScanStatus().statusAsString());
        String description = first.imageScanStatus() == null
                ? ""
                : Text.brief(first.imageScanStatus().description());
        if (first.imageScanFindings() == null) {
            boolean done = status.equals("COMPLETE") || status.equals("ACTIVE");
            return new Scan(done ? Scan.EMPTY : status, description, Map.of(), List.of(), List.of(), false);
        }
        first.imageScanFindings().findingSeverityCountsAsStrings().forEach((severity, count) -> {
            if (count != null && count > 0) {
                told.merge(severity(severity), count.longValue(), Long::sum);
            }
        });
        add(first.imageScanFindings());
        String next = first.nextToken();
        for (int pages = 1; next != null && pages < PAGES && wanted(); pages++) {
            DescribeImageScanFindingsResponse more = page(ecr, name, next);
            if (more.imageScanFindings() != null) {
                add(more.imageScanFindings());
            }
            next = more.nextToken();
        }
        // Whichever is more: an endpoint may leave the counts out, and pages may be left unread.
        Map<Severity, Long> counts = new EnumMap<>(told);
        seen.forEach((severity, count) -> counts.merge(severity, count, Math::max));
        return new Scan(status, description, counts, worst, List.copyOf(oddities), next != null && told.isEmpty());
    }

    private static DescribeImageScanFindingsResponse page(EcrClient ecr, ImageName name, @Nullable String token) {
        return ecr.describeImageScanFindings(r -> r.registryId(name.account())
                .repositoryName(name.repository())
                .imageId(name.id())
                .maxResults(PAGE)
                .nextToken(token));
    }

    /** More pages tell something new where nothing is counted yet, or findings to be named have not come yet. */
    private boolean wanted() {
        return told.isEmpty() || from(floor, seen) < from(floor, told);
    }

    private static long from(Severity floor, Map<Severity, Long> counts) {
        return counts.entrySet().stream()
                .filter(e -> e.getKey().compareTo(floor) >= 0)
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    private void add(ImageScanFindings findings) {
        findings.findings().forEach(f -> add(severity(f.severityAsString()), f.name(), where(f)));
        for (EnhancedImageScanFinding f : findings.enhancedFindings()) {
            // Inspector lists what its suppression rules hide, and what is mended, with another status.
            if (f.status() == null || f.status().equalsIgnoreCase("ACTIVE")) {
                add(severity(f.severity()), name(f), where(f));
            }
        }
    }

    private void add(Severity severity, @Nullable String name, String where) {
        seen.merge(severity, 1L, Long::sum);
        int place = worst.size();
        while (place > 0 && worst.get(place - 1).severity().compareTo(severity) < 0) {
            place--;
        }
        if (place < Scan.NAMED) {
            worst.add(
                    place, new Finding(severity, name == null ? "a finding without a name" : Text.brief(name), where));
            worst.subList(Math.min(Scan.NAMED, worst.size()), worst.size()).clear();
        }
    }

    private Severity severity(@Nullable String name) {
        Optional<Severity> known = Severity.named(name == null ? "" : name);
        if (known.isEmpty() && oddities.size() < ODDITIES) {
            oddities.add("'" + Text.brief(name) + "'");
        }
        return known.orElse(Severity.CRITICAL);
    }

    /** Attributes as in "Retrieving image scan findings" of the ECR user guide. */
    private static String where(ImageScanFinding finding) {
        String name = "";
        String version = "";
        for (Attribute attribute : finding.attributes()) {
            if ("package_name".equals(attribute.key())) {
                name = Text.brief(attribute.value());
            } else if ("package_version".equals(attribute.key())) {
                version = Text.brief(attribute.value());
            }
        }
        return (name + ' ' + version).strip();
    }

    private static @Nullable String name(EnhancedImageScanFinding finding) {
        PackageVulnerabilityDetails details = finding.packageVulnerabilityDetails();
        return details != null && details.vulnerabilityId() != null ? details.vulnerabilityId() : finding.title();
    }

    private static String where(EnhancedImageScanFinding finding) {
        PackageVulnerabilityDetails details = finding.packageVulnerabilityDetails();
        List<VulnerablePackage> packages = details == null ? List.of() : details.vulnerablePackages();
        if (packages.isEmpty()) {
            return "";
        }
        VulnerablePackage first = packages.get(0);
        String more = packages.size() > 1 ? " and " + (packages.size() - 1) + " more" : "";
        return (Text.brief(first.name()) + ' ' + Text.brief(first.version())).strip() + more;
    }
}
