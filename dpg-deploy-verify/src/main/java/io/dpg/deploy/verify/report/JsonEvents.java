package io.dpg.deploy.verify.report;

import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;

/** Walks through a JSON report value by value. What nobody asks for is skipped without being held. */
final class JsonEvents implements AutoCloseable {

    private static final int DEEPEST = 200;
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(DEEPEST)
                    .maxDocumentLength(BoundedInput.LARGEST)
                    .maxStringLength(1 << 20)
                    .maxNameLength(10_000)
                    .maxNumberLength(1_000)
                    .build())
            .build();

    private final Path file;
    private final BoundedInput in;
    private final JsonParser parser;

    private JsonEvents(Path file, BoundedInput in, JsonParser parser) {
        this.file = file;
        this.in = in;
        this.parser = parser;
    }

    /** What is done with a member of an object; it may ignore the value. */
    interface Member {
        void read(String name) throws UnreadableReport, InterruptedException;
    }

    /** What is done with an item of a list; it may ignore the value. */
    interface Item {
        void read() throws UnreadableReport, InterruptedException;
    }

    static JsonEvents open(Path file) throws UnreadableReport, InterruptedException {
        BoundedInput in = BoundedInput.open(file);
        try {
            return new JsonEvents(file, in, FACTORY.createParser(ObjectReadContext.empty(), in));
        } catch (JacksonException e) {
            UnreadableReport unreadable = in.unreadable(file, "JSON", 0, 0);
            new JsonEvents(file, in, FACTORY.createParser(ObjectReadContext.empty(), "")).close();
            throw unreadable;
        }
    }

    /** Reads the only value of the file, which is an object. */
    void document(Member member) throws UnreadableReport, InterruptedException {
        if (next() != JsonToken.START_OBJECT) {
            throw unexpected("it is no JSON object");
        }
        object("the report", member);
        if (next() != null) {
            throw unexpected("something follows the end of the report");
        }
    }

    /** Reads the object that stands here; returns false where there is null instead. */
    boolean object(String what, Member member) throws UnreadableReport, InterruptedException {
        if (absent(JsonToken.START_OBJECT, what, "object")) {
            return false;
        }
        while (next() != JsonToken.END_OBJECT) {
            String name = call(parser::currentName);
            next();
            member.read(name == null ? "" : name);
            skipRest();
        }
        return true;
    }

    /** Reads the list that stands here; returns false where there is null instead. */
    boolean list(String what, Item item) throws UnreadableReport, InterruptedException {
        if (absent(JsonToken.START_ARRAY, what, "list")) {
            return false;
        }
        while (next() != JsonToken.END_ARRAY) {
            item.read();
            skipRest();
        }
        return true;
    }

    /** Reads a list of objects. */
    boolean objects(String what, Member member, Item after) throws UnreadableReport, InterruptedException {
        return list(what, () -> {
            if (object("an item of " + what, member)) {
                after.read();
            }
        });
    }

    private boolean absent(JsonToken wanted, String what, String kind) throws UnreadableReport {
        JsonToken token = parser.currentToken();
        if (token == JsonToken.VALUE_NULL) {
            return true;
        }
        if (token != wanted) {
            throw unexpected(what + " is no " + kind);
        }
        return false;
    }

    private void skipRest() throws UnreadableReport, InterruptedException {
        int open = 0;
        JsonToken token = parser.currentToken();
        while (token.isStructStart() || open > 0) {
            open += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
            if (open == 0) {
                return;
            }
            token = next();
            if (token == null) {
                throw in.unreadable(file, "JSON", 0, 0);
            }
        }
    }

    boolean atList() {
        return parser.currentToken() == JsonToken.START_ARRAY;
    }

    /** Returns the text, number or truth that stands here; null for anything else. */
    @Nullable
    String text() throws UnreadableReport, InterruptedException {
        JsonToken token = parser.currentToken();
        return token.isScalarValue() && token != JsonToken.VALUE_NULL ? call(parser::getString) : null;
    }

    /** Returns the text that stands here, fit for a reason. */
    @Nullable
    String shortText() throws UnreadableReport, InterruptedException {
        String text = text();
        return text == null ? null : Text.clean(text);
    }

    /** Returns the whole number that stands here, or -1. */
    int index() throws UnreadableReport, InterruptedException {
        String text = parser.currentToken() == JsonToken.VALUE_NUMBER_INT ? text() : null;
        try {
            return text == null ? -1 : Math.max(-1, Integer.parseInt(text));
        } catch (NumberFormatException e) {
            throw unexpected("an index is no number that counts");
        }
    }

    private JsonToken next() throws UnreadableReport, InterruptedException {
        JsonToken token = call(parser::nextToken);
        in.nextPiece();
        return token;
    }

    private <T extends @Nullable Object> T call(Supplier<T> what) throws UnreadableReport, InterruptedException {
        try {
            return what.get();
        } catch (StreamConstraintsException e) {
            throw UnreadableReport.of(
                    file,
                    "it is nested deeper than " + DEEPEST + ", or a text in it is too long",
                    "name a report that a tool wrote");
        } catch (JacksonException e) {
            TokenStreamLocation at = e.getLocation();
            throw in.unreadable(file, "JSON", at == null ? 0 : at.getLineNr(), at == null ? 0 : at.getColumnNr());
        }
    }

    UnreadableReport unexpected(String what) {
        TokenStreamLocation at = parser.currentTokenLocation();
        String place = at == null || at.getLineNr() < 1 ? "" : " (line " + at.getLineNr() + ")";
        return UnreadableReport.of(file, what + place, "name a report of the right format");
    }

    @Override
    public void close() {
        try {
            parser.close();
            in.close();
        } catch (java.io.IOException | JacksonException e) {
            // It was only read: nothing is lost.
        }
    }
}
