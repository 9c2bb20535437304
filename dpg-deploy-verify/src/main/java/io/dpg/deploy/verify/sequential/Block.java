package io.dpg.deploy.verify.sequential;

/**
 * The counts of one look. Fractions are counted as they are.
 *
 * @param events of the candidate
 * @param total requests of the candidate, at least {@code events}
 * @param baseEvents of the baseline
 * @param baseTotal requests of the baseline, at least {@code baseEvents}
 */
record Block(double events, double total, double baseEvents, double baseTotal) {

    /** Returns a block in which every {@code factor} events count as one. */
    Block thinned(double factor) {
        return new Block(events / factor, total / factor, baseEvents / factor, baseTotal / factor);
    }

    /** Returns a block of what did not happen: successes for errors. */
    Block complement() {
        return new Block(total - events, total, baseTotal - baseEvents, baseTotal);
    }
}
