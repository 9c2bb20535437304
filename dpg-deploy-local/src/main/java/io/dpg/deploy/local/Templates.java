package io.dpg.deploy.local;

import io.dpg.deploy.Fault;
import io.dpg.deploy.Release;
import io.dpg.deploy.local.agent.Json;
import io.dpg.deploy.spi.GroupRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Fills releases into command lines, and names the result. */
final class Templates {

    private static final Pattern PLACEHOLDER = Pattern.compile("\\{([A-Za-z][A-Za-z0-9_.-]*)}");

    private final Settings settings;

    Templates(Settings settings) {
        this.settings = settings;
    }

    /** Returns what is wrong with running {@code release}. */
    List<Fault> faults(Release release) {
        List<Fault> faults = new ArrayList<>();
        for (String word : settings.command()) {
            Matcher matcher = PLACEHOLDER.matcher(word);
            while (matcher.find()) {
                if (value(release, matcher.group(1)) == null) {
                    faults.add(new Fault(
                            "command",
                            word,
                            "there is no {" + matcher.group(1)
                                    + "}; known are {port}, {version}, {application} and the release's settings "
                                    + release.settings().keySet()));
                }
            }
        }
        if (!java.nio.file.Files.isDirectory(settings.directory())) {
            faults.add(new Fault("directory", settings.directory().toString(), "is no directory; create it"));
        }
        return faults;
    }

    /** Returns what the agent is to start instances with. */
    Json spec(GroupRequest request) {
        Release release = request.release();
        List<String> command =
                settings.command().stream().map(word -> fill(release, word)).toList();
        Map<String, String> variables = new TreeMap<>();
        settings.variables().forEach((name, value) -> variables.put(name, fill(release, value)));
        variables.putAll(request.environment().variables());
        variables.keySet().removeAll(request.secrets().keySet());
        List<String> secretNames = List.copyOf(new TreeSet<>(request.secrets().keySet()));
        return Json.object()
                .put("revision", revision(release, command, variables, secretNames))
                .put("version", release.version())
                .put("command", command)
                .put("variables", variables)
                .put("secretNames", secretNames)
                .put("directory", settings.directory().toString())
                .put("readyPath", settings.readyPath())
                .put("drainMillis", settings.drainTime().toMillis());
    }

    /** The version for people, and a hash of all that decides what runs. Fit for a file name. */
    private static String revision(
            Release release, List<String> command, Map<String, String> variables, List<String> secretNames) {
        Json content = Json.object()
                .put("release", release.fingerprint())
                .put("command", command)
                .put("variables", variables)
                .put("secrets", secretNames);
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256")
                    .digest(content.toString().getBytes(StandardCharsets.UTF_8));
            String version = release.version().replaceAll("[^A-Za-z0-9._+-]", "_");
            return version.substring(0, Math.min(version.length(), 40)) + "-"
                    + HexFormat.of().formatHex(hash, 0, 5);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    /** Fills in what is known; {@code {port}} stays for the agent, anything else for the program. */
    private static String fill(Release release, String text) {
        return PLACEHOLDER.matcher(text).replaceAll(match -> {
            String value = value(release, match.group(1));
            return Matcher.quoteReplacement(value == null ? match.group() : value);
        });
    }

    private static @Nullable String value(Release release, String name) {
        return switch (name) {
            case "port" -> "{port}";
            case "version" -> release.version();
            case "application" -> release.application();
            default -> release.settings().get(name);
        };
    }
}
