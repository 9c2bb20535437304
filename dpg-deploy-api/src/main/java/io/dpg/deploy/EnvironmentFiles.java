package io.dpg.deploy;

import io.dpg.deploy.config.Suggestion;
import io.dpg.deploy.config.YamlNode;
import io.dpg.deploy.config.YamlNode.Field;
import io.dpg.deploy.config.YamlNode.Fields;
import io.dpg.deploy.config.YamlNode.Scalar;
import io.dpg.deploy.config.YamlReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Finds the files and the environments in them. For one call. */
final class EnvironmentFiles {

    private static final int LIMIT = 1024 * 1024;

    private final @Nullable TerraformOutputs outputs;
    private final List<Fault> faults;
    private final Map<String, Environment> found = new LinkedHashMap<>();
    private final Map<String, String> places = new HashMap<>();

    EnvironmentFiles(@Nullable TerraformOutputs outputs, List<Fault> faults) {
        this.outputs = outputs;
        this.faults = faults;
    }

    Map<String, Environment> load(Path path) {
        if (!Files.isDirectory(path)) {
            file(path);
            return found;
        }
        List<Path> files;
        try (Stream<Path> all = Files.list(path)) {
            files = all.filter(f -> f.getFileName().toString().matches(".*\\.ya?ml"))
                    .filter(Files::isRegularFile)
                    .sorted()
                    .toList();
        } catch (IOException e) {
            fault(path.toString(), "folder", "cannot be listed (" + e.getClass().getSimpleName() + ")");
            return found;
        }
        if (files.isEmpty()) {
            fault(path.toString(), "folder", "has no .yaml or .yml file");
        }
        files.forEach(this::file);
        return found;
    }

    private void file(Path path) {
        String name = path.getFileName().toString();
        String text = text(path);
        if (text == null) {
            return;
        }
        try {
            YamlNode root = YamlReader.read(text);
            if (root instanceof Fields fields && !fields.fields().isEmpty()) {
                document(name, fields);
            } else if (root instanceof Scalar scalar && scalar.absent() || root instanceof Fields) {
                fault(name, "nothing", "the file is empty; begin with 'environments:'");
            } else {
                fault(name + ":" + root.line(), root.kind(), "must be a map; begin with 'environments:'");
            }
        } catch (YamlReader.Unreadable e) {
            fault(name + ":" + e.line(), "…", String.valueOf(e.getMessage()));
        }
    }

    private void document(String file, Fields root) {
        List<Field> environments = root.fields().stream()
                .filter(f -> f.name().equals("environments"))
                .toList();
        if (environments.isEmpty()) {
            String base = file.replaceFirst("\\.[^.]*$", "");
            add(file, root.line(), new EnvironmentReader(file, "", outputs, faults).read(base, root, false));
            return;
        }
        for (Field field : root.fields()) {
            if (!field.name().equals("environments") && !field.name().startsWith("x-")) {
                fault(
                        file + ":" + field.line() + ": " + field.name(),
                        "…",
                        "is unknown beside 'environments'" + Suggestion.of(field.name(), List.of("environments")));
            }
        }
        for (Field field : environments) {
            if (field != environments.get(0)) {
                fault(file + ":" + field.line() + ": environments", "…", "occurs twice; keep one");
            }
            if (field.value() instanceof Fields fields && !fields.fields().isEmpty()) {
                fields.fields().forEach(f -> environment(file, f));
            } else {
                fault(
                        file + ":" + field.line() + ": environments",
                        field.value().kind(),
                        "must be a map of environments by name");
            }
        }
    }

    private void environment(String file, Field field) {
        EnvironmentReader reader = new EnvironmentReader(file, "environments." + field.name(), outputs, faults);
        add(file, field.line(), reader.read(field.name(), field.value(), true));
    }

    private void add(String file, int line, Environment environment) {
        String place = file + ":" + line;
        String other = places.putIfAbsent(environment.name(), place);
        if (other != null) {
            fault(
                    place + ": environments." + environment.name(),
                    environment.name(),
                    "an environment of this name is at " + other + " already; rename or remove one");
        }
        found.put(environment.name(), environment);
    }

    private @Nullable String text(Path path) {
        try (InputStream in = Files.newInputStream(path)) {
            byte[] bytes = in.readNBytes(LIMIT + 1);
            if (bytes.length > LIMIT) {
                fault(path.toString(), "file", "is larger than 1 MiB");
                return null;
            }
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return text.startsWith("\uFEFF") ? text.substring(1) : text; // some editors begin files with it
        } catch (CharacterCodingException e) {
            fault(path.toString(), "file", "is not UTF-8 text");
        } catch (IOException e) {
            fault(
                    path.toString(),
                    "file",
                    Files.notExists(path)
                            ? "does not exist; name a YAML file or a folder of them"
                            : "cannot be read (" + e.getClass().getSimpleName() + ")");
        }
        return null;
    }

    private void fault(String property, String value, String reason) {
        faults.add(new Fault(property, value, reason));
    }
}
