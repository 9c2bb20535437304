package io.dpg.deploy.aws.testkit;

import java.util.regex.Pattern;

/** One script of what goes wrong with calls of an operation; it begins to work when its last method says how it fails. */
public final class FakeFault {

    enum Kind {
        REFUSED,
        CUT,
        LOST
    }

    private final FakeFaults faults;
    private final Pattern action;
    private int skip;
    private int left = Integer.MAX_VALUE;
    private int every = 1;
    private int seen;
    private Kind kind = Kind.REFUSED;
    private String code = "";
    private String message = "";
    private int status = 400;

    FakeFault(FakeFaults faults, String action) {
        this.faults = faults;
        this.action = Pattern.compile(Pattern.quote(action).replace("*", "\\E.*\\Q"));
    }

    /** Lets the first {@code calls} calls pass. */
    public FakeFault after(int calls) {
        skip = calls;
        return this;
    }

    /** Fails {@code calls} calls only; default: all. */
    public FakeFault next(int calls) {
        left = calls;
        return this;
    }

    /** Fails each n-th call only. */
    public FakeFault every(int n) {
        every = Math.max(1, n);
        return this;
    }

    /**
     * Throttles, as few calls as the test needs: the SDK's adaptive clients then send less and less, and wait on the wall clock.
     * The answer is {@code ThrottlingException}, or {@code Throttling} of Elastic Load Balancing, each "Rate exceeded"; see
     * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/request-throttling.html.
     */
    public void throttles() {
        refuses(400, "ThrottlingException", "Rate exceeded");
    }

    /** Answers a status of 500 to 599. */
    public void breaks(int status) {
        refuses(status, status == 503 ? "ServiceUnavailable" : "InternalFailure", "The service is not available");
    }

    /** Answers an error of AWS. */
    public void refuses(int status, String code, String message) {
        this.status = status;
        this.code = code;
        this.message = message;
        begin(Kind.REFUSED);
    }

    /** Cuts the connection before the call has an effect. */
    public void cuts() {
        begin(Kind.CUT);
    }

    /** Cuts the connection after the effect of the call: its answer is lost. */
    public void losesAnswers() {
        begin(Kind.LOST);
    }

    private void begin(Kind kind) {
        this.kind = kind;
        faults.add(this);
    }

    Kind kind() {
        return kind;
    }

    boolean strikes(String called) {
        if (!action.matcher(called).matches()) {
            return false;
        }
        seen++;
        if (seen <= skip || left == 0 || (seen - skip) % every != 0) {
            return false;
        }
        left--;
        return true;
    }

    Refusal refusal(boolean query) {
        boolean throttled = code.equals("ThrottlingException") && query;
        return new Refusal(status, throttled ? "Throttling" : code, message);
    }
}
