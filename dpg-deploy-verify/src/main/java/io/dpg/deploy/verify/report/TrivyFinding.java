package io.dpg.deploy.verify.report;

/** One finding of Trivy: what it is called, never what it found. */
final class TrivyFinding {

    private final JsonEvents json;
    String id = "";
    String otherId = "";
    String severity = "";
    String status = "";
    String fixedVersion = "";
    private String thing = "";
    private String version = "";
    private String line = "";

    TrivyFinding(JsonEvents json) {
        this.json = json;
    }

    void member(String name) throws UnreadableReport, InterruptedException {
        switch (name) {
            case "VulnerabilityID", "ID", "RuleID", "Name" -> id = id.isEmpty() ? text() : id;
            case "AVDID" -> otherId = text();
            case "Severity" -> severity = text();
            case "Status" -> status = text();
            case "FixedVersion" -> fixedVersion = text();
            case "PkgName" -> thing = text();
            case "InstalledVersion" -> version = text();
            case "StartLine" -> line = text();
            case "CauseMetadata" ->
                json.object(name, part -> {
                    if (part.equals("StartLine")) {
                        line = text();
                    }
                });
            default -> {}
        }
    }

    private String text() throws UnreadableReport, InterruptedException {
        return SarifJson.orEmpty(json.shortText());
    }

    String describe(String kind) {
        StringBuilder text =
                new StringBuilder(kind.equals("Secrets") ? "secret " : kind.equals("Licenses") ? "licence " : "");
        text.append(id.isEmpty() ? "without an id" : id);
        if (!thing.isEmpty()) {
            text.append(" in ").append(thing).append(version.isEmpty() ? "" : " " + version);
        }
        if (!fixedVersion.isEmpty()) {
            text.append(" (fixed in ").append(fixedVersion).append(')');
        }
        if (!line.isEmpty() && !line.equals("0")) {
            text.append(" line ").append(line);
        }
        return text.toString();
    }
}
