package io.dpg.deploy.verify;

import io.dpg.deploy.Fault;
import io.dpg.deploy.PlanInvalidException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Everything that is wrong with one file, up to a bound: nobody reads the 101st. */
final class Faults {

    /** What stands for a value that may be a secret. */
    static final String HIDDEN = "…";

    private static final int MOST = 100;
    private static final int SHOWN = 80;

    private final String file;
    private final Map<Fault, Integer> lines =
            new LinkedHashMap<>(); // defaults and aliases are read for each check again
    private int more;

    Faults(String file) {
        this.file = file;
    }

    void add(int line, String path, String value, String reason) {
        String place = line > 0 ? file + ":" + line : file;
        Fault fault = new Fault(place + (path.isEmpty() ? "" : ": " + shown(path)), shown(value), reason);
        if (lines.size() < MOST) {
            lines.putIfAbsent(fault, line);
        } else if (!lines.containsKey(fault)) {
            more++;
        }
    }

    boolean isEmpty() {
        return lines.isEmpty();
    }

    PlanInvalidException exception(String what) {
        List<Fault> all = new ArrayList<>(lines.keySet());
        all.sort(Comparator.comparing(lines::get));
        if (more > 0) {
            all.add(new Fault(file, more + " more", "are not listed"));
        }
        return new PlanInvalidException(what, all);
    }

    /** A message must be readable whatever was in the file. */
    private static String shown(String text) {
        String line = text.replaceAll("[\\p{Cc}\\s]+", " ");
        return line.codePointCount(0, line.length()) <= SHOWN
                ? line
                : line.substring(0, line.offsetByCodePoints(0, SHOWN)) + "…";
    }
}
