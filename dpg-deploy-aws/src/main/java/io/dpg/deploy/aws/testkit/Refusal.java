package io.dpg.deploy.aws.testkit;

/** An answer that is an error of AWS: its code, its words and the HTTP status. */
final class Refusal extends RuntimeException {

    private final String code;
    private final int status;

    Refusal(int status, String code, String message) {
        super(message);
        this.code = code;
        this.status = status;
    }

    /** A wrong argument; see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/CommonErrors.html. */
    static Refusal parameter(String message) {
        return new Refusal(400, "InvalidParameterException", message);
    }

    /** ECS's word for most of what a caller did wrong. */
    static Refusal client(String message) {
        return new Refusal(400, "ClientException", message);
    }

    /** A wrong argument in the words of Elastic Load Balancing. */
    static Refusal validation(String message) {
        return new Refusal(400, "ValidationError", message);
    }

    static Refusal of(String code, String message) {
        return new Refusal(400, code, message);
    }

    String code() {
        return code;
    }

    int status() {
        return status;
    }
}
