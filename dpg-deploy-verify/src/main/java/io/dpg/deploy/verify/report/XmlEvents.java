package io.dpg.deploy.verify.report;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import javax.xml.stream.Location;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/**
 * The elements of an XML report, one after the other, without their text. Document types are skipped unread, so that
 * JaCoCo's reference to report.dtd fetches nothing, and an entity is a fault.
 */
final class XmlEvents implements AutoCloseable {

    private static final int DEEPEST = 200;

    /** How many different names there may be: the parser remembers each until the end. */
    private static final int MOST_NAMES = 2_000;

    private final Path file;
    private final BoundedInput in;
    private final XMLStreamReader reader;
    private final Deque<String> open = new ArrayDeque<>();
    private final Set<String> names = new HashSet<>();
    private boolean start;
    private String name = "";

    private XmlEvents(Path file, BoundedInput in, XMLStreamReader reader) {
        this.file = file;
        this.in = in;
        this.reader = reader;
    }

    static XmlEvents open(Path file) throws UnreadableReport, InterruptedException {
        BoundedInput in = BoundedInput.open(file);
        try {
            return new XmlEvents(file, in, factory().createXMLStreamReader(XmlEncoding.reader(in)));
        } catch (XMLStreamException | IOException | RuntimeException e) {
            UnreadableReport unreadable = unreadable(file, in, e);
            quietly(in);
            throw unreadable;
        }
    }

    /** The JDK's own parser, whatever else is on the class path: its behaviour is the one that is tested. */
    private static XMLInputFactory factory() {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_COALESCING, false);
        // Newer JDKs have a limit of their own, below ours, whose message tells nobody what is wrong.
        String depth = "jdk.xml.maxElementDepth";
        if (factory.isPropertySupported(depth)) {
            factory.setProperty(depth, "0");
        }
        factory.setXMLResolver((publicId, systemId, base, namespace) -> {
            throw new XMLStreamException("external content is refused");
        });
        return factory;
    }

    /** Goes to the next start or end of an element; returns false at the end of the document. */
    boolean next() throws UnreadableReport, InterruptedException {
        if (!start && !name.isEmpty()) {
            open.pop();
        }
        name = "";
        try {
            while (reader.hasNext()) {
                int event = reader.next();
                in.nextPiece();
                if (event == XMLStreamConstants.ENTITY_REFERENCE) {
                    throw UnreadableReport.of(
                            file, "it refers to an entity", "write the report without a document type");
                }
                if (event == XMLStreamConstants.PROCESSING_INSTRUCTION) {
                    remember(reader.getPITarget());
                }
                if (event == XMLStreamConstants.START_ELEMENT || event == XMLStreamConstants.END_ELEMENT) {
                    start = event == XMLStreamConstants.START_ELEMENT;
                    name = reader.getLocalName();
                    if (start) {
                        enter();
                    }
                    return true;
                }
            }
            return false;
        } catch (XMLStreamException | RuntimeException e) {
            throw unreadable(file, in, e); // the parser throws unchecked exceptions at some malformed input
        }
    }

    private void enter() throws UnreadableReport {
        if (open.size() >= DEEPEST) {
            throw UnreadableReport.of(
                    file, "its elements are nested deeper than " + DEEPEST, "name a report that a tool wrote");
        }
        open.push(name);
        remember(name);
        for (int i = 0; i < reader.getAttributeCount(); i++) {
            remember(reader.getAttributeLocalName(i));
        }
        for (int i = 0; i < reader.getNamespaceCount(); i++) {
            remember(reader.getNamespacePrefix(i));
            remember(reader.getNamespaceURI(i));
        }
    }

    private void remember(@Nullable String one) throws UnreadableReport {
        if (one != null && names.add(one) && names.size() > MOST_NAMES) {
            throw UnreadableReport.of(
                    file, "it holds more than " + MOST_NAMES + " different names", "name a report that a tool wrote");
        }
    }

    private static UnreadableReport unreadable(Path file, BoundedInput in, Exception e) throws InterruptedException {
        Location at = e instanceof XMLStreamException x ? x.getLocation() : null;
        return in.unreadable(file, "XML", at == null ? 0 : at.getLineNumber(), at == null ? 0 : at.getColumnNumber());
    }

    /** Returns whether an element starts here. */
    boolean start() {
        return start;
    }

    /** Returns the name of the element that starts or ends here, without a prefix. */
    String name() {
        return name;
    }

    /** Returns how many elements are open, this one included; 1 for the root. */
    int depth() {
        return open.size();
    }

    /** Returns whether the element that starts or ends here is directly inside one of that name. */
    boolean inside(String parent) {
        int i = 0;
        for (String each : open) {
            if (i++ == 1) {
                return each.equals(parent);
            }
        }
        return false;
    }

    /** Returns an attribute of the element that starts here. */
    @Nullable
    String attribute(String attribute) {
        for (int i = 0; i < reader.getAttributeCount(); i++) {
            if (attribute.equals(reader.getAttributeLocalName(i))) {
                return reader.getAttributeValue(i);
            }
        }
        return null;
    }

    String attribute(String attribute, String absent) {
        String value = attribute(attribute);
        return value == null ? absent : value;
    }

    /** Returns a count in an attribute; -1 where there is none. */
    long count(String attribute) throws UnreadableReport {
        String value = attribute(attribute);
        if (value == null || value.isBlank()) {
            return -1;
        }
        try {
            long count = Long.parseLong(value.strip());
            if (count >= 0) {
                return count;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw unexpected("the " + attribute + " of <" + Text.clean(name) + "> is no count");
    }

    UnreadableReport unexpected(String what) {
        int line = reader.getLocation().getLineNumber();
        return UnreadableReport.of(
                file, line > 0 ? what + " (line " + line + ")" : what, "name a report of the right format");
    }

    @Override
    public void close() {
        quietly(in);
    }

    private static void quietly(AutoCloseable what) {
        try {
            what.close();
        } catch (Exception e) {
            // It was only read: nothing is lost.
        }
    }
}
