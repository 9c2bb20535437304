package io.dpg.deploy.aws;

import io.dpg.deploy.DeployException;
import io.dpg.deploy.aws.internal.image.ImageName;
import io.dpg.deploy.aws.internal.image.Scan;
import io.dpg.deploy.aws.internal.image.Scans;
import io.dpg.deploy.check.Gate;
import io.dpg.deploy.check.GateContext;
import io.dpg.deploy.check.GateDecision;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Opens when ECR's scan of the release's image found no more than allowed; without a limit set: nothing
 * {@link Severity#HIGH} or worse. Basic and enhanced scans (Amazon Inspector) alike.
 *
 * <p>It waits while the scan is pending or in progress, and while AWS does not answer or throttles. It closes where there
 * is no scan, it failed, the image cannot be scanned or is no longer scanned, unless {@link #allowUnscanned() allowed}. A
 * multi-architecture index is such a case for ECR's basic scans: give the image of the platform.
 *
 * <p>A tag may move after the check; {@link EcrImages#byDigest} first makes sure that what was scanned is what runs.
 *
 * <p>Reasons name the counts and the ten worst findings. At most 20 000 findings are read. Needs
 * {@code ecr:DescribeImageScanFindings}, to name the newest tags {@code ecr:DescribeImages}, and for enhanced scans
 * {@code inspector2:ListCoverage} and {@code inspector2:ListFindings}. Immutable and thread-safe; methods that take a value
 * return a changed copy.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ImageScanStatus.html">Statuses of scans</a>
 */
public final class ScanGate implements Gate {

    /** How bad a finding is in ECR's words, from the least to the worst. */
    public enum Severity {
        /** Nobody has rated it yet; Inspector's UNTRIAGED, too. */
        UNDEFINED,
        /** Worth knowing. */
        INFORMATIONAL,
        /** Low. */
        LOW,
        /** Medium. */
        MEDIUM,
        /** High. */
        HIGH,
        /** Critical. */
        CRITICAL;

        /** Returns the severity of that name, in upper or lower case; empty if ECR and Inspector have none. */
        public static Optional<Severity> named(String name) {
            return switch (name.toUpperCase(Locale.ROOT)) {
                case "UNDEFINED", "UNTRIAGED" -> Optional.of(UNDEFINED);
                case "INFORMATIONAL" -> Optional.of(INFORMATIONAL);
                case "LOW" -> Optional.of(LOW);
                case "MEDIUM" -> Optional.of(MEDIUM);
                case "HIGH" -> Optional.of(HIGH);
                case "CRITICAL" -> Optional.of(CRITICAL);
                default -> Optional.empty();
            };
        }
    }

    private final AwsClients clients;
    private final String name;
    private final Map<Severity, Integer> limits;
    private final boolean unscanned;

    private ScanGate(AwsClients clients, String name, Map<Severity, Integer> limits, boolean unscanned) {
        this.clients = clients;
        this.name = name;
        this.limits = Map.copyOf(limits);
        this.unscanned = unscanned;
    }

    /** Returns a gate that asks through {@code clients}, which stay the caller's to close. */
    public static ScanGate of(AwsClients clients) {
        return new ScanGate(Objects.requireNonNull(clients, "clients"), "image scan", Map.of(), false);
    }

    /**
     * Returns a copy that closes when more than {@code most} findings are of {@code severity} or worse; several limits
     * hold together. The first one set takes the place of the default, none {@link Severity#HIGH} or worse.
     *
     * @throws IllegalArgumentException if {@code most} is negative
     */
    public ScanGate atMost(Severity severity, int most) {
        if (most < 0) {
            throw new IllegalArgumentException("At most so many findings means 0 or more, but got " + most);
        }
        Map<Severity, Integer> changed = new EnumMap<>(Severity.class);
        changed.putAll(limits);
        changed.put(Objects.requireNonNull(severity, "severity"), most);
        return new ScanGate(clients, name, changed, unscanned);
    }

    /** Returns a copy that opens where there is no scan to judge by; findings that are known still count. */
    public ScanGate allowUnscanned() {
        return new ScanGate(clients, name, limits, true);
    }

    /** Returns a copy with another name; default {@code image scan}. */
    public ScanGate named(String name) {
        return new ScanGate(clients, Objects.requireNonNull(name, "name"), limits, unscanned);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public GateDecision evaluate(GateContext context) throws InterruptedException {
        Optional<String> image = context.release().image();
        if (image.isEmpty()) {
            return GateDecision.closed("The release " + context.release().version()
                    + " names no image, so there is no scan to look at; give it by Release.image(…)");
        }
        ImageName reference;
        try {
            reference = ImageName.parse(image.get());
        } catch (DeployException e) {
            return GateDecision.closed(e.getMessage());
        }
        try {
            return judge(reference, Scans.read(clients, reference, floor()));
        } catch (DeployException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException("Interrupted while reading the scan of " + reference);
            }
            // Silence and throttling say nothing about the image.
            return e.retryable() ? GateDecision.waiting(e.getMessage()) : GateDecision.closed(e.getMessage());
        }
    }

    private GateDecision judge(ImageName image, Scan scan) {
        String status = scan.status() + (scan.description().isEmpty() ? "" : " (" + scan.description() + ')');
        return switch (scan.status()) {
            case "COMPLETE", "ACTIVE" -> byCounts(image, scan, "");
            case "IN_PROGRESS", "PENDING" -> GateDecision.waiting("the scan of " + image + " is " + status);
            case Scan.NONE ->
                unscanned(image, scan, "there is no scan", "start one: aws ecr start-image-scan, or scan on push");
            case Scan.EMPTY -> unscanned(image, scan, "ECR shows no findings, not even none", "scan it again");
            case "FAILED", "FINDINGS_UNAVAILABLE", "LIMIT_EXCEEDED" ->
                unscanned(image, scan, "the scan is " + status, "scan it again");
            case "UNSUPPORTED_IMAGE" ->
                unscanned(
                        image,
                        scan,
                        "ECR cannot scan it: " + status,
                        "give the image of one platform, not an index; or scan it by other means and allowUnscanned()");
            case "SCAN_ELIGIBILITY_EXPIRED" ->
                unscanned(
                        image,
                        scan,
                        "it is no longer scanned: " + status,
                        "push it again, or extend Inspector's re-scan duration");
            default ->
                GateDecision.closed("Tried to read the scan of " + image + ", but its status is '" + status
                        + "', which is none to go on with; look at the image in ECR");
        };
    }

    private GateDecision unscanned(ImageName image, Scan scan, String why, String remedy) {
        return unscanned
                ? byCounts(image, scan, why)
                : GateDecision.closed("Tried to judge " + image + " by its scan, but " + why + "; " + remedy);
    }

    /** {@code unscanned} is empty, or says why there is no scan to trust. */
    private GateDecision byCounts(ImageName image, Scan scan, String unscanned) {
        if (scan.cut()) {
            return GateDecision.closed("Tried to count the findings of " + image
                    + ", but there are more than are read, and no counts; look at the scan in ECR");
        }
        String exceeded = limits().entrySet().stream()
                .filter(limit -> scan.atLeast(limit.getKey()) > limit.getValue())
                .sorted(Map.Entry.<Severity, Integer>comparingByKey().reversed())
                .map(limit -> text(limit.getKey()) + ": " + scan.atLeast(limit.getKey()) + " instead of at most "
                        + limit.getValue())
                .collect(Collectors.joining(", "));
        String found = scan.tally() + scan.named(floor());
        if (!exceeded.isEmpty()) {
            return GateDecision.closed("The scan of " + image + " found too much: " + exceeded
                    + (unscanned.isEmpty() ? "" : ", and " + unscanned) + " (" + found + ")");
        }
        return unscanned.isEmpty()
                ? GateDecision.open("the scan of " + image + " found " + found)
                : GateDecision.open(
                        image + " goes on without a scan, as is allowed: " + unscanned + " (" + found + ")");
    }

    private static String text(Severity severity) {
        return severity == Severity.CRITICAL ? "CRITICAL" : severity + " or worse";
    }

    private Map<Severity, Integer> limits() {
        return limits.isEmpty() ? Map.of(Severity.HIGH, 0) : limits;
    }

    private Severity floor() {
        return limits().keySet().stream().min(Severity::compareTo).orElse(Severity.HIGH);
    }

    /** Returns the name. */
    @Override
    public String toString() {
        return name;
    }
}
