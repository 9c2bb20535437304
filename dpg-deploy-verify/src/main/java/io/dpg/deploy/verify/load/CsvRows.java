package io.dpg.deploy.verify.load;

import java.util.ArrayList;
import java.util.List;

/** Reads comma-separated values (RFC 4180), of bounded size. */
final class CsvRows {

    private static final int MOST_ROWS = 100_000;
    private static final int MOST_CELLS = 1_000_000;

    private final String text;
    private int at;

    private CsvRows(String text) {
        this.text = text;
    }

    /**
     * Returns the rows, empty lines left out.
     *
     * @throws IllegalArgumentException if it is no such text, or too much of it
     */
    static List<List<String>> parse(String text) {
        CsvRows reader = new CsvRows(text.startsWith("\uFEFF") ? text.substring(1) : text);
        List<List<String>> rows = new ArrayList<>();
        int cells = 0;
        while (reader.at < reader.text.length()) {
            List<String> row = reader.row();
            cells += row.size();
            if (row.size() > 1 || !row.get(0).isEmpty()) {
                rows.add(row);
            }
            if (rows.size() > MOST_ROWS || cells > MOST_CELLS) {
                throw new IllegalArgumentException("it has more than " + MOST_ROWS + " rows or too many cells");
            }
        }
        return rows;
    }

    private List<String> row() {
        List<String> row = new ArrayList<>();
        while (true) {
            row.add(peek() == '"' ? quoted() : plain());
            int next = peek();
            at++;
            if (next == '\r' && peek() == '\n') {
                at++;
            }
            if (next != ',') {
                return row;
            }
        }
    }

    private String plain() {
        int from = at;
        while (peek() != ',' && !endOfLine(peek())) {
            at++;
        }
        return text.substring(from, at);
    }

    private String quoted() {
        StringBuilder cell = new StringBuilder();
        at++;
        while (true) {
            int next = peek();
            if (next < 0) {
                throw new IllegalArgumentException("a quote is not closed; the file may have been cut off");
            }
            at++;
            if (next == '"' && peek() == '"') {
                at++;
            } else if (next == '"') {
                break;
            }
            cell.append((char) next);
        }
        if (peek() != ',' && !endOfLine(peek())) {
            throw new IllegalArgumentException("text follows a closed quote");
        }
        return cell.toString();
    }

    private static boolean endOfLine(int next) {
        return next < 0 || next == '\n' || next == '\r';
    }

    private int peek() {
        return at < text.length() ? text.charAt(at) : -1;
    }
}
