package io.dpg.deploy.verify.judge;

/** Which change of a metric is bad. */
public enum Direction {
    /** More is worse, as of latency or errors. */
    INCREASE,
    /** Less is worse, as of throughput or cache hits. */
    DECREASE,
    /** Any change is worse, as of a queue that should neither grow nor run dry. */
    EITHER;

    boolean blames(boolean higher) {
        return this == EITHER || higher == (this == INCREASE);
    }
}
