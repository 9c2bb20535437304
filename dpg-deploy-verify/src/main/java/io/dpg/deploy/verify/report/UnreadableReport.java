package io.dpg.deploy.verify.report;

/** Why a report cannot be judged, in a sentence for people. Never quotes the report: it may hold secrets. */
final class UnreadableReport extends Exception {

    UnreadableReport(String reason) {
        super(reason);
    }

    static UnreadableReport of(Object file, String but, String remedy) {
        return new UnreadableReport("tried to read " + Text.clean(file.toString()) + ", but " + but + "; " + remedy);
    }
}
