package io.dpg.deploy.testkit;

/**
 * The process that deploys dies here. An error rather than an exception, so that nothing handles it: what the engine had
 * in memory is gone, as after {@code kill -9}. Catch it in the test and resume with a new deployer.
 */
public final class SimulatedCrash extends Error {

    private static final long serialVersionUID = 1L;

    /** Dies at {@code where}. */
    public SimulatedCrash(String where) {
        super("simulated crash " + where, null, false, false);
    }
}
