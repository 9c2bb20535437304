package io.dpg.deploy.verify;

import io.dpg.deploy.PlanInvalidException;
import io.dpg.deploy.check.Check;
import io.dpg.deploy.config.YamlNode;
import io.dpg.deploy.config.YamlNode.Field;
import io.dpg.deploy.config.YamlNode.Items;
import io.dpg.deploy.config.YamlReader;
import io.dpg.deploy.secret.Secrets;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads a suite from YAML. For one call. */
final class SuiteReader {

    private static final int LIMIT = 1024 * 1024;
    private static final int MOST_CHECKS = 1000;
    private static final List<String> KEYS =
            List.of("name", "concurrency", "within", "critical", "access", "defaults", "checks");

    private final Path file;
    private final Faults faults;
    private final Secrets secrets;

    SuiteReader(Path file, Secrets secrets) {
        this.file = file;
        this.faults = new Faults(String.valueOf(file.getFileName()));
        this.secrets = secrets;
    }

    /** Returns the suite in the file. */
    SmokeSuite load() {
        String text = text();
        return text == null ? failed() : parse(text);
    }

    /** Returns the suite in {@code text}, as if it were the file's. */
    SmokeSuite parse(String text) {
        try {
            SmokeSuite suite = suite(YamlReader.read(text));
            return faults.isEmpty() ? suite : failed();
        } catch (YamlReader.Unreadable e) {
            faults.add(e.line(), "", Faults.HIDDEN, String.valueOf(e.getMessage()));
            return failed();
        }
    }

    private SmokeSuite failed() throws PlanInvalidException {
        throw faults.exception("load the suite " + file);
    }

    private SmokeSuite suite(YamlNode root) {
        Section top = new Section(faults, "", root, KEYS);
        String name = top.text("name");
        SmokeSuite suite =
                top.tried("name", String.valueOf(name), () -> SmokeSuite.named(name == null ? base() : name));
        if (suite == null) {
            suite = SmokeSuite.named("suite");
        }
        suite = top.with(suite, "concurrency", Values.whole(1, SmokeSuite.MOST_CONCURRENCY), SmokeSuite::concurrency);
        suite = top.<SmokeSuite, Duration>with(suite, "within", Values::duration, SmokeSuite::within);
        suite = top.<SmokeSuite, Boolean>with(suite, "critical", Values::flag, SmokeSuite::critical);
        AccessReader accesses = new AccessReader(faults, secrets, folder());
        HttpAccess access =
                top.has("access") ? accesses.read(top.child("access", AccessReader.KEYS)) : HttpAccess.standard();
        Section defaults = top.child("defaults", CheckReader.COMMON);
        return suite.addAll(checks(top, new CheckReader(faults, accesses, access, defaults, folder())));
    }

    private List<Check> checks(Section top, CheckReader reader) {
        List<Check> checks = new ArrayList<>();
        Field field = top.all().get("checks");
        if (field == null
                || !(field.value() instanceof Items items)
                || items.items().isEmpty()) {
            String given = field == null ? "nothing" : field.value().kind();
            top.fault("checks", given, "must be a list of checks, each with get, post, request or tcp");
            return checks;
        }
        if (items.items().size() > MOST_CHECKS) {
            top.fault("checks", items.items().size() + " checks", "are more than " + MOST_CHECKS);
            return checks;
        }
        Map<String, Integer> lines = new HashMap<>();
        for (int i = 0; i < items.items().size(); i++) {
            YamlNode node = items.items().get(i);
            String path = "checks[" + i + "]";
            Check check = reader.read(path, node);
            Integer other = check == null ? null : lines.putIfAbsent(check.name(), node.line());
            if (other != null) {
                String reason = "the check in line " + other + " has this name already; give one of them another";
                faults.add(node.line(), path + ".name", check.name(), reason);
            } else if (check != null) {
                checks.add(check);
            }
        }
        return checks;
    }

    private String base() {
        String name = String.valueOf(file.getFileName()).replaceFirst("\\.ya?ml$", "");
        return name.isBlank() ? "suite" : name;
    }

    private Path folder() {
        Path folder = file.toAbsolutePath().getParent();
        return folder == null ? file.toAbsolutePath() : folder;
    }

    private @Nullable String text() {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(LIMIT + 1);
            if (bytes.length > LIMIT) {
                faults.add(0, "", "file", "is larger than 1 MiB");
                return null;
            }
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return text.startsWith("\uFEFF") ? text.substring(1) : text; // some editors begin files with it
        } catch (CharacterCodingException e) {
            faults.add(0, "", "file", "is not UTF-8 text");
        } catch (IOException e) {
            String why = Files.notExists(file)
                    ? "does not exist"
                    : "cannot be read (" + e.getClass().getSimpleName() + ")";
            faults.add(0, "", "file", why);
        }
        return null;
    }
}
