package io.dpg.deploy.local.agent;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What instances of a revision are started with. Holds no secret, only the names of the variables that receive them.
 *
 * @param revision the id
 * @param version the version, for people
 * @param command the command line; {@code {port}} is still to be filled in
 * @param variables plain variables; {@code {port}} likewise
 * @param secrets names of the variables that receive secrets
 * @param directory the working directory
 * @param readyPath the path that answers 2xx when ready, or null where accepting a connection is enough
 * @param drainMillis how long open requests, and then the process, may take to end
 */
record Spec(
        String revision,
        String version,
        List<String> command,
        Map<String, String> variables,
        List<String> secrets,
        String directory,
        @Nullable String readyPath,
        long drainMillis) {

    static Spec of(Json json) {
        return new Spec(
                json.text("revision"),
                json.text("version"),
                json.texts("command"),
                json.textMap("variables"),
                json.texts("secretNames"),
                json.text("directory"),
                json.textOrNull("readyPath"),
                json.number("drainMillis"));
    }

    Json toJson() {
        return Json.object()
                .put("revision", revision)
                .put("version", version)
                .put("command", command)
                .put("variables", variables)
                .put("secretNames", secrets)
                .put("directory", directory)
                .put("readyPath", readyPath)
                .put("drainMillis", drainMillis);
    }
}
