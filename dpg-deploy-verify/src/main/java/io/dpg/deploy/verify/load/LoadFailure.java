package io.dpg.deploy.verify.load;

/** Why a request of a load failed. */
public enum LoadFailure {
    /** An answer with an unexpected status of 100 to 199. */
    STATUS_1XX("status 1xx"),
    /** An answer with an unexpected status of 200 to 299. */
    STATUS_2XX("status 2xx"),
    /** An answer with an unexpected status of 300 to 399; redirects are not followed. */
    STATUS_3XX("status 3xx"),
    /** An answer with an unexpected status of 400 to 499. */
    STATUS_4XX("status 4xx"),
    /** An answer with an unexpected status of 500 to 599. */
    STATUS_5XX("status 5xx"),
    /** No complete answer within the timeout. */
    TIMEOUT("timeout"),
    /** No connection: refused, unreachable, unknown host, or TLS that could not be agreed on. */
    REFUSED("refused"),
    /** A connection that ended, or talked nonsense, before the answer was complete. */
    BROKEN("broken"),
    /** Never sent: all connections were busy for as long as the timeout, or the load was stopped. */
    NOT_SENT("not sent");

    private final String words;

    LoadFailure(String words) {
        this.words = words;
    }

    static LoadFailure ofStatus(int status) {
        return switch (status / 100) {
            case 1 -> STATUS_1XX;
            case 2 -> STATUS_2XX;
            case 3 -> STATUS_3XX;
            case 4 -> STATUS_4XX;
            default -> STATUS_5XX;
        };
    }

    /** Returns the kind in words, such as {@code status 5xx}. */
    @Override
    public String toString() {
        return words;
    }
}
