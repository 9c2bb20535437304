package io.dpg.deploy.local;

import io.dpg.deploy.local.agent.AgentMain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Starts the agent so that it outlives this JVM. */
final class AgentStarter {

    /**
     * What the agent, and through it every instance, inherits. Nothing else: what happens to be in the environment of
     * the one deployer that started the agent, its credentials first of all, is no part of a release.
     */
    private static final Set<String> INHERITED = Set.of(
            "PATH",
            "HOME",
            "USER",
            "LOGNAME",
            "SHELL",
            "LANG",
            "TZ",
            "TMPDIR",
            "TEMP",
            "TMP",
            "JAVA_HOME",
            "LD_LIBRARY_PATH",
            "SystemRoot",
            "windir",
            "PATHEXT",
            "ComSpec");

    private final Settings settings;

    AgentStarter(Settings settings) {
        this.settings = settings;
    }

    Path log() {
        return settings.folder().resolve("agent.log");
    }

    Process start() throws IOException {
        Path folder = settings.folder();
        Files.createDirectories(folder.resolve("logs"));
        List<String> command = new ArrayList<>();
        for (String setsid : List.of("/usr/bin/setsid", "/bin/setsid")) {
            if (command.isEmpty() && Files.isExecutable(Path.of(setsid))) {
                command.add(setsid); // a session of its own, which Ctrl-C in the deployer's terminal does not reach
            }
        }
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(
                "-Xmx192m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData", "-Xshare:auto", "-cp"));
        command.add(AgentJar.in(folder).toString());
        command.addAll(List.of(
                AgentMain.class.getName(), folder.toString(), settings.address(), Integer.toString(settings.port())));
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        Map<String, String> environment = builder.environment();
        environment.keySet().removeIf(name -> !INHERITED.contains(name) && !name.startsWith("LC_"));
        builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()));
        Process process = builder.start();
        process.getOutputStream().close();
        return process;
    }

    /** Returns the last line that an agent wrote, for messages. */
    String lastLine() {
        try {
            List<String> lines = Files.readAllLines(log());
            return lines.isEmpty() ? "it said nothing" : lines.get(lines.size() - 1);
        } catch (IOException e) {
            return "its log cannot be read";
        }
    }
}
