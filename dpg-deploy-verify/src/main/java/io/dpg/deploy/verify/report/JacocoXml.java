package io.dpg.deploy.verify.report;

import io.dpg.deploy.verify.report.CoverageReport.Counter;
import java.nio.file.Path;

/** Sums the counters of the packages in a JaCoCo XML report, which must add up to the report's own. */
final class JacocoXml {

    private JacocoXml() {}

    static void read(Path file, Coverage sum) throws UnreadableReport, InterruptedException {
        Coverage packages = new Coverage();
        Coverage own = new Coverage();
        try (XmlEvents xml = XmlEvents.open(file)) {
            while (xml.next()) {
                if (!xml.start()) {
                    continue;
                }
                if (xml.depth() == 1 && !xml.name().equals("report")) {
                    throw xml.unexpected("its root is <" + Text.clean(xml.name()) + ">, so it is no JaCoCo report");
                }
                if (xml.name().equals("counter")) {
                    if (xml.inside("package")) {
                        count(xml, packages);
                    } else if (xml.depth() == 2) {
                        count(xml, own);
                    }
                }
            }
            for (Counter counter : Counter.values()) {
                if (packages.total(counter) != own.total(counter)
                        || packages.covered(counter) != own.covered(counter)) {
                    throw xml.unexpected("its packages do not add up to its own " + counter + " counter");
                }
            }
            sum.add(packages);
            sum.files++;
        } catch (ArithmeticException e) {
            throw UnreadableReport.of(file, "its counters are beyond all numbers", "name a report that JaCoCo wrote");
        }
    }

    private static void count(XmlEvents xml, Coverage into) throws UnreadableReport {
        String type = xml.attribute("type", "");
        for (Counter counter : Counter.values()) {
            if (counter.name().equals(type)) {
                long covered = xml.count("covered");
                long missed = xml.count("missed");
                if (covered < 0 || missed < 0) {
                    throw xml.unexpected("a <counter> lacks covered or missed");
                }
                into.add(counter, covered, missed);
            }
        }
    }
}
