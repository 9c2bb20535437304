package io.dpg.deploy.config;

import io.dpg.deploy.config.YamlNode.Field;
import io.dpg.deploy.config.YamlNode.Fields;
import io.dpg.deploy.config.YamlNode.Items;
import io.dpg.deploy.config.YamlNode.Scalar;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonToken;
import tools.jackson.dataformat.yaml.YAMLMapper;
import tools.jackson.dataformat.yaml.YAMLParser;

/**
 * Reads YAML token by token, as a parsed tree has lost the lines, the duplicates, and what {@code off}, {@code 007} and
 * {@code 1.10} looked like. Aliases share the node they stand for, so they cannot blow up; merged maps are counted.
 */
public final class YamlReader {

    private static final int DEPTH = 20;
    private static final int MERGED = 10_000;
    private static final Pattern PLACE = Pattern.compile("(?m)^ in reader, line ([0-9]{1,8})");
    private static final YAMLMapper MAPPER = new YAMLMapper();

    private final YAMLParser parser;
    private final Map<String, YamlNode> anchors = new HashMap<>();
    private int merged;

    private YamlReader(YAMLParser parser) {
        this.parser = parser;
    }

    /** Why a file cannot be read; the message quotes nothing of it, as there may be a secret. */
    public static final class Unreadable extends Exception {
        private static final long serialVersionUID = 1L;
        private final int line;

        Unreadable(int line, String reason) {
            super(reason);
            this.line = line;
        }

        /** Returns the line, counted from 1. */
        public int line() {
            return line;
        }
    }

    /**
     * Returns the only document in {@code text}.
     *
     * @throws Unreadable if it is not YAML, nests or expands too far, or holds more than one document
     */
    public static YamlNode read(String text) throws Unreadable {
        try (YAMLParser parser = (YAMLParser) MAPPER.createParser(text)) {
            YamlReader reader = new YamlReader(parser);
            if (parser.nextToken() == null) {
                return new Scalar(1, "", true);
            }
            YamlNode root = reader.node(0);
            if (parser.nextToken() != null) {
                throw new Unreadable(reader.line(), "a second document begins here; keep each in a file of its own");
            }
            return root;
        } catch (JacksonException e) {
            int line = line(text, e);
            throw new Unreadable(line, syntax(text, line));
        }
    }

    /** Only the message has the place of the error; {@code getLocation()} has that of the last good token. */
    private static int line(String text, JacksonException e) {
        int last = (int) text.lines().count();
        int found = e.getLocation() == null ? 1 : Math.max(1, e.getLocation().getLineNr());
        for (Matcher place = PLACE.matcher(String.valueOf(e.getOriginalMessage())); place.find(); ) {
            int line = Integer.parseInt(place.group(1));
            found = line <= last ? line : found; // "unexpected end" is where the file ends, not where the quote began
        }
        return found;
    }

    private static String syntax(String text, int line) {
        boolean tab = text.lines().skip(line - 1L).findFirst().orElse("").matches("\\s*\\t.*");
        return tab
                ? "the line is indented with a tab; YAML takes only spaces"
                : "this is not valid YAML; look for a missing colon, quote, bracket or space in or above this line";
    }

    private YamlNode node(int depth) throws Unreadable {
        if (depth > DEPTH) {
            throw new Unreadable(line(), "more than " + DEPTH + " levels are nested here");
        }
        int line = line();
        if (parser.isCurrentAlias()) {
            YamlNode known = anchors.get(parser.getString());
            if (known == null) {
                throw new Unreadable(line, "an alias must stand for a map or list that has its anchor above it");
            }
            return known;
        }
        String anchor =
                parser.getObjectId() == null ? null : parser.getObjectId().toString();
        JsonToken token = Objects.requireNonNull(parser.currentToken());
        YamlNode node =
                switch (token) {
                    case START_OBJECT -> fields(line, depth);
                    case START_ARRAY -> items(line, depth);
                    case VALUE_EMBEDDED_OBJECT -> throw new Unreadable(line, "tags such as !!binary are not supported");
                    default -> {
                        String text = Objects.requireNonNullElse(parser.getString(), "");
                        yield new Scalar(line, text, token == JsonToken.VALUE_NULL && text.isEmpty());
                    }
                };
        if (anchor != null) {
            anchors.put(anchor, node);
        }
        return node;
    }

    private Items items(int line, int depth) throws Unreadable {
        List<YamlNode> items = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            items.add(node(depth + 1));
        }
        return new Items(line, List.copyOf(items));
    }

    private Fields fields(int line, int depth) throws Unreadable {
        List<Field> own = new ArrayList<>();
        List<YamlNode> defaults = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            int at = line();
            parser.nextToken();
            YamlNode value = node(depth + 1);
            if (!name.equals("<<")) {
                own.add(new Field(at, name, value));
            } else if (value instanceof Items several) {
                defaults.addAll(several.items());
            } else {
                defaults.add(value);
            }
        }
        for (YamlNode each : defaults) {
            merge(each, own);
        }
        return new Fields(line, List.copyOf(own));
    }

    private void merge(YamlNode defaults, List<Field> own) throws Unreadable {
        if (!(defaults instanceof Fields fields)) {
            throw new Unreadable(defaults.line(), "'<<' takes a map, but this is " + defaults.kind());
        }
        Set<String> present = new HashSet<>();
        own.forEach(f -> present.add(f.name()));
        for (Field field : fields.fields()) {
            if (++merged > MERGED) {
                throw new Unreadable(field.line(), "aliases expand to more than " + MERGED + " entries");
            }
            if (present.add(field.name())) {
                own.add(field);
            }
        }
    }

    private int line() {
        return parser.currentTokenLocation().getLineNr();
    }
}
