package io.dpg.deploy.local.agent;

/** A command that is not carried out: says what was tried, why not, and what to do. */
final class Refusal extends Exception {

    private static final long serialVersionUID = 1L;

    final String remedy;

    Refusal(String message, String remedy) {
        super(message);
        this.remedy = remedy;
    }
}
