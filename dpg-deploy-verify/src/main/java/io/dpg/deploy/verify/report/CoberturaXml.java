package io.dpg.deploy.verify.report;

import io.dpg.deploy.verify.report.CoverageReport.Counter;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Counts the lines in a Cobertura XML report, as coverage.py, gocover-cobertura and Istanbul write it. A line that
 * several classes of one source file list counts once. The lines of methods count where their class lists none: most
 * tools list them twice, some once.
 */
final class CoberturaXml {

    private static final Pattern CONDITIONS = Pattern.compile(".*\\((\\d{1,9})/(\\d{1,9})\\)\\s*");
    private static final int MOST_PIECES = 1_000_000;
    private static final int MOST_NAME_CHARACTERS = 32 << 20;
    private static final long LINES_A_PIECE = 64;

    private final XmlEvents xml;
    private final Map<String, Integer> sources = new HashMap<>();
    private final Map<Long, long[]> pieces = new HashMap<>();
    private int nameCharacters;
    private int source;
    private boolean inMethods;
    private boolean classListsLines;
    private Lines ofClass = new Lines();
    private Lines ofMethods = new Lines();
    private long conditions;
    private long conditionsMet;

    private CoberturaXml(XmlEvents xml) {
        this.xml = xml;
    }

    static void read(Path file, Coverage sum) throws UnreadableReport, InterruptedException {
        try (XmlEvents xml = XmlEvents.open(file)) {
            new CoberturaXml(xml).count(file, sum);
        } catch (ArithmeticException e) {
            throw UnreadableReport.of(file, "its counts are beyond all numbers", "name a report that a tool wrote");
        }
    }

    private void count(Path file, Coverage sum) throws UnreadableReport, InterruptedException {
        long saidValid = -1;
        long saidCovered = -1;
        while (xml.next()) {
            if (xml.depth() == 1 && xml.start()) {
                if (!xml.name().equals("coverage")) {
                    throw xml.unexpected("its root is <" + Text.clean(xml.name()) + ">, so it is no Cobertura report");
                }
                saidValid = xml.count("lines-valid");
                saidCovered = xml.count("lines-covered");
            }
            switch (xml.name()) {
                case "class" -> classes();
                case "methods" -> inMethods = xml.start();
                case "line" -> line();
                default -> {}
            }
        }
        long lines = 0;
        long covered = 0;
        for (long[] piece : pieces.values()) {
            lines += Long.bitCount(piece[0]);
            covered += Long.bitCount(piece[1]);
        }
        sum.add(Counter.LINE, covered, lines - covered);
        sum.add(Counter.BRANCH, conditionsMet, conditions - conditionsMet);
        sum.files++;
        if (saidValid >= 0 && saidCovered >= 0 && (saidValid != lines || saidCovered != covered)) {
            sum.disagreements.add(Text.clean(file.getFileName() + " says " + saidCovered + " of " + saidValid
                    + " lines where it lists " + covered + " of " + lines));
        }
    }

    private void classes() throws UnreadableReport {
        if (xml.start()) {
            source = source(xml.attribute("filename", xml.attribute("name", "")));
            classListsLines = false;
            ofClass = new Lines();
            ofMethods = new Lines();
        } else {
            Lines counted = classListsLines ? ofClass : ofMethods;
            conditions = Math.addExact(conditions, counted.conditions);
            conditionsMet = Math.addExact(conditionsMet, counted.met);
            if (!classListsLines) {
                for (Map.Entry<Long, long[]> piece : ofMethods.pieces.entrySet()) {
                    merge(piece.getKey(), piece.getValue()[0], piece.getValue()[1]);
                }
            }
            ofMethods = new Lines();
        }
    }

    private int source(String file) throws UnreadableReport {
        Integer known = sources.get(file);
        if (known != null) {
            return known;
        }
        nameCharacters += file.length();
        if (nameCharacters > MOST_NAME_CHARACTERS || nameCharacters < 0) {
            throw xml.unexpected("it names too many source files");
        }
        sources.put(file, sources.size());
        return sources.size() - 1;
    }

    private void line() throws UnreadableReport {
        if (!xml.start()) {
            return;
        }
        long number = xml.count("number");
        if (number < 0 || number > Integer.MAX_VALUE) {
            throw xml.unexpected("a <line> has no number");
        }
        boolean hit = hit(xml.attribute("hits"));
        long key = (long) source << 32 | number / LINES_A_PIECE;
        long bit = 1L << number % LINES_A_PIECE;
        Lines lines = inMethods ? ofMethods : ofClass;
        if (inMethods) {
            long[] piece = lines.pieces.computeIfAbsent(key, k -> new long[2]);
            piece[0] |= bit;
            piece[1] |= hit ? bit : 0;
            checkMemory(lines.pieces.size());
        } else {
            classListsLines = true;
            merge(key, bit, hit ? bit : 0);
        }
        String text = xml.attribute("condition-coverage", "");
        if (!text.isEmpty()) {
            Matcher matcher = CONDITIONS.matcher(text);
            if (!matcher.matches() || Long.parseLong(matcher.group(1)) > Long.parseLong(matcher.group(2))) {
                throw xml.unexpected("the condition-coverage of a <line> is no '50% (1/2)'");
            }
            lines.met += Long.parseLong(matcher.group(1));
            lines.conditions += Long.parseLong(matcher.group(2));
        }
    }

    /** Any digits will do: some tools count hits beyond a long. */
    private boolean hit(@Nullable String hits) throws UnreadableReport {
        String text = hits == null ? "" : hits.strip();
        if (text.isEmpty() || !text.chars().skip(text.startsWith("-") ? 1 : 0).allMatch(c -> c >= '0' && c <= '9')) {
            throw xml.unexpected("the hits of a <line> are no number");
        }
        return !text.startsWith("-") && text.chars().anyMatch(c -> c != '0');
    }

    private void merge(long key, long lines, long covered) throws UnreadableReport {
        long[] piece = pieces.computeIfAbsent(key, k -> new long[2]);
        piece[0] |= lines;
        piece[1] |= covered;
        checkMemory(pieces.size());
    }

    private void checkMemory(int size) throws UnreadableReport {
        if (size > MOST_PIECES) {
            throw xml.unexpected("it lists too many lines");
        }
    }

    private static final class Lines {
        private final Map<Long, long[]> pieces = new HashMap<>();
        private long conditions;
        private long met;
    }
}
