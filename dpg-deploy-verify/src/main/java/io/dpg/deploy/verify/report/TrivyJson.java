package io.dpg.deploy.verify.report;

import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads findings out of Trivy's JSON (schema version 2, and {@code trivy k8s --report all}). The texts of findings are
 * not read: those of secrets quote them.
 */
final class TrivyJson {

    private static final Set<String> KINDS = Set.of("Vulnerabilities", "Misconfigurations", "Secrets", "Licenses");

    private final JsonEvents json;
    private final TrivyReport.Filter filter;
    private final Findings findings;
    private boolean schema;
    private boolean scanned;
    private boolean endOfLife;
    private String artifact = "";

    private TrivyJson(JsonEvents json, TrivyReport.Filter filter, Findings findings) {
        this.json = json;
        this.filter = filter;
        this.findings = findings;
    }

    static void read(Path file, TrivyReport.Filter filter, Findings findings)
            throws UnreadableReport, InterruptedException {
        try (JsonEvents json = JsonEvents.open(file)) {
            new TrivyJson(json, filter, findings).read();
        }
    }

    private void read() throws UnreadableReport, InterruptedException {
        json.document(this::report);
        if (!schema) {
            throw json.unexpected("it is no report of Trivy");
        }
        if (!scanned && !filter.nothingScanned()) {
            throw json.unexpected(
                    "it has no results: Trivy found nothing that it could scan, and no data is never a pass"
                            + " (allow it with nothingScannedPasses())");
        }
        if (endOfLife && !filter.endOfLife()) {
            throw json.unexpected("its operating system gets no security updates any more, so nothing is known of it"
                    + " (allow it with endOfLifePasses())");
        }
        findings.ran("Trivy on " + (artifact.isEmpty() ? "?" : artifact));
    }

    private void report(String name) throws UnreadableReport, InterruptedException {
        switch (name) {
            case "SchemaVersion" -> {
                schema = "2".equals(json.text());
                if (!schema) {
                    throw json.unexpected("its SchemaVersion is not 2");
                }
            }
            case "ClusterName" -> {
                schema = true;
                artifact = SarifJson.orEmpty(json.shortText());
            }
            case "ArtifactName" -> artifact = SarifJson.orEmpty(json.shortText());
            case "Metadata" -> json.object(name, this::metadata);
            case "Results" -> json.list(name, this::result);
            case "Resources" ->
                json.list(
                        name,
                        () -> json.object("a resource", part -> {
                            if (part.equals("Results")) {
                                json.list(part, this::result);
                            } else if (part.equals("Metadata")) {
                                kubernetesMetadata();
                            } else if (part.equals("Error")
                                    && !SarifJson.orEmpty(json.text()).isEmpty()) {
                                throw json.unexpected("Trivy could not scan one of its resources");
                            }
                        }));
            default -> {}
        }
    }

    private void kubernetesMetadata() throws UnreadableReport, InterruptedException {
        if (json.atList()) {
            json.list("Metadata", () -> json.object("Metadata", this::metadata));
        } else {
            json.object("Metadata", this::metadata);
        }
    }

    private void metadata(String name) throws UnreadableReport, InterruptedException {
        if (name.equals("OS")) {
            json.object(name, part -> {
                if (part.equals("EOSL")) {
                    endOfLife |= "true".equals(json.text());
                }
            });
        }
    }

    private void result() throws UnreadableReport, InterruptedException {
        TrivyTarget target = new TrivyTarget();
        scanned |= json.object("a result", name -> {
            if (name.equals("Target")) {
                target.named(SarifJson.orEmpty(json.shortText()));
            } else if (KINDS.contains(name)) {
                json.list(name, () -> finding(name, target));
            } else if (name.equals("ExperimentalModifiedFindings")) {
                json.list(name, () -> findings.passOver("suppressed by Trivy", 1));
            }
        });
        target.end(findings);
    }

    private void finding(String kind, TrivyTarget target) throws UnreadableReport, InterruptedException {
        TrivyFinding finding = new TrivyFinding(json);
        if (!json.object("a finding", finding::member)) {
            return;
        }
        String out = passedOver(kind, finding);
        if (out != null) {
            findings.passOver(out, 1);
            return;
        }
        @Nullable
        Severity severity = finding.severity.isEmpty()
                ? null
                : Severity.named(finding.severity).orElse(null);
        target.add(severity, finding.describe(kind));
    }

    private @Nullable String passedOver(String kind, TrivyFinding finding) {
        if (filter.ignored(finding.id) || filter.ignored(finding.otherId)) {
            return "ignored";
        }
        if (kind.equals("Misconfigurations")) {
            return switch (finding.status) {
                case "PASS" -> "passed";
                case "EXCEPTION" -> "excepted";
                default -> null;
            };
        }
        if (kind.equals("Vulnerabilities")) {
            if (filter.unfixed() && finding.fixedVersion.isBlank() && !finding.status.equals("fixed")) {
                return "without a fix";
            }
            if (filter.statuses().contains(finding.status)) {
                return finding.status.replace('_', ' ');
            }
        }
        return null;
    }
}
