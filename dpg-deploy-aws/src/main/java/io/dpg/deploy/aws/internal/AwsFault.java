package io.dpg.deploy.aws.internal;

import io.dpg.deploy.DeployException;
import io.dpg.deploy.DeployException.Details;
import java.io.IOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.exception.SdkServiceException;

/** What refusals of AWS, and faults on the way to it, mean to people and to the engine. */
public final class AwsFault {

    /** The provider's name in exceptions. */
    public static final String PROVIDER = "aws";

    private static final int DEPTH = 20;

    /** Codes that mean that what was asked for does not exist, as ECS and Elastic Load Balancing spell them. */
    private static final Set<String> MISSING = Set.of(
            "ServiceNotFoundException",
            "ServiceNotActiveException",
            "TargetGroupNotFound",
            "TargetGroupNotFoundException",
            "ListenerNotFound",
            "ListenerNotFoundException",
            "RuleNotFound",
            "RuleNotFoundException",
            "LoadBalancerNotFound",
            "LoadBalancerNotFoundException",
            "ResourceNotFoundException",
            "ObjectNotFoundException");

    private AwsFault() {}

    /** Returns the error code, such as {@code AccessDeniedException}; empty where no answer came. */
    public static String code(SdkException e) {
        return e instanceof AwsServiceException service
                        && service.awsErrorDetails() != null
                        && service.awsErrorDetails().errorCode() != null
                ? service.awsErrorDetails().errorCode()
                : "";
    }

    /** Returns whether what was asked for, or what it belongs to, does not exist. */
    public static boolean isMissing(SdkException e) {
        return MISSING.contains(code(e));
    }

    /** Returns whether AWS does not allow the call to whoever makes it. */
    public static boolean isForbidden(SdkException e) {
        String code = code(e);
        return code.startsWith("AccessDenied") || code.startsWith("Unauthorized") || code.equals("NotAuthorized");
    }

    /** Returns whether the credentials are missing, wrong or expired. */
    public static boolean isUnknownCaller(SdkException e) {
        return switch (code(e)) {
            case "ExpiredToken",
                    "ExpiredTokenException",
                    "InvalidClientTokenId",
                    "UnrecognizedClientException",
                    "InvalidSignatureException",
                    "SignatureDoesNotMatch",
                    "MissingAuthenticationToken" -> true;
            default -> !(e instanceof SdkServiceException) && !isTransient(e) && mentionsCredentials(e);
        };
    }

    /** Returns whether the same call may succeed when repeated: no answer in time, throttled, or a fault over there. */
    public static boolean isTransient(SdkException e) {
        if (e instanceof SdkServiceException service) {
            return service.isThrottlingException()
                    || service.statusCode() >= 500
                    || service.statusCode() == 429
                    || code(e).equals("UpdateInProgressException");
        }
        if (e instanceof ApiCallTimeoutException || e instanceof ApiCallAttemptTimeoutException) {
            return true;
        }
        Throwable cause = e;
        for (int depth = 0; cause != null && depth < DEPTH; depth++) {
            if (cause instanceof IOException) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }

    /**
     * Returns the exception for trying to do {@code what}, such as "read the alarm dpg-api-5xx", with what AWS said.
     *
     * @param key the target or other thing concerned, or null
     */
    public static DeployException of(String what, @Nullable String key, SdkException e) {
        return new DeployException("Tried to " + what + ", but " + why(e), details(key, e, remedy(e)), e);
    }

    /** Returns the same without a word of AWS's text, and without the cause: where either might quote a secret. */
    public static DeployException quiet(String what, @Nullable String key, SdkException e) {
        String code = code(e);
        String why = code.isEmpty()
                ? isUnknownCaller(e) ? "there are no credentials for AWS" : "AWS gave no answer"
                : "AWS answered " + code;
        return new DeployException("Tried to " + what + ", but " + why, details(key, e, remedy(e)));
    }

    private static Details details(@Nullable String key, SdkException e, String remedy) {
        return new Details(PROVIDER, key, null, isTransient(e), remedy);
    }

    /** Returns what completes "…, but". */
    public static String why(SdkException e) {
        if (e instanceof AwsServiceException service && service.awsErrorDetails() != null) {
            return "AWS answered " + (code(e).isEmpty() ? service.statusCode() : code(e)) + ": "
                    + service.awsErrorDetails().errorMessage();
        }
        return e instanceof SdkServiceException service
                ? "AWS answered " + service.statusCode()
                : "AWS gave no answer: " + e.getMessage();
    }

    private static String remedy(SdkException e) {
        if (isForbidden(e)) {
            return "grant the permission; io/dpg/deploy/aws/policy.json in the jar has all that are needed";
        }
        if (isUnknownCaller(e)) {
            return "give valid credentials, for example by aws sso login or AWS_PROFILE";
        }
        return isTransient(e)
                ? "repeat; if it lasts, check the network and the state of AWS"
                : "correct what AWS names";
    }

    private static boolean mentionsCredentials(SdkException e) {
        return String.valueOf(e.getMessage()).contains("credentials");
    }
}
