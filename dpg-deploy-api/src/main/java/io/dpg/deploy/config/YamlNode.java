package io.dpg.deploy.config;

import java.util.List;

/** A value in a YAML file that remembers its line, counted from 1. Scalars are kept as they were written. */
public sealed interface YamlNode {

    /** Returns the line, counted from 1. */
    int line();

    /** Returns what kind of value it is, for messages. */
    String kind();

    /**
     * A single value.
     *
     * @param text exactly what was written, without quotes
     * @param absent whether nothing was written at all
     */
    record Scalar(int line, String text, boolean absent) implements YamlNode {
        @Override
        public String kind() {
            return absent ? "nothing" : "a single value";
        }
    }

    /** A list. */
    record Items(int line, List<YamlNode> items) implements YamlNode {
        @Override
        public String kind() {
            return "a list";
        }
    }

    /** A map, in the order written; names may occur twice. */
    record Fields(int line, List<Field> fields) implements YamlNode {
        @Override
        public String kind() {
            return "a map";
        }
    }

    /** One entry of a map. */
    record Field(int line, String name, YamlNode value) {}
}
