package io.dpg.deploy.aws.internal;

import io.dpg.deploy.DeployException;
import io.dpg.deploy.DeployException.Details;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.RetryableException;
import software.amazon.awssdk.core.exception.SdkException;

/** What AWS's refusals mean to people and to the engine. */
public final class AwsFault {

    /** The provider's name in exceptions. */
    public static final String PROVIDER = "aws";

    /** Codes that mean that what was asked for does not exist. */
    private static final Set<String> MISSING = Set.of(
            "ServiceNotFoundException",
            "ServiceNotActiveException",
            "TargetGroupNotFound",
            "TargetGroupNotFoundException",
            "ListenerNotFound",
            "ListenerNotFoundException",
            "RuleNotFound",
            "RuleNotFoundException",
            "ResourceNotFoundException",
            "ObjectNotFoundException",
            "ParameterNotFound",
            "RepositoryNotFoundException",
            "ImageNotFoundException");

    private static final Set<String> DENIED =
            Set.of("AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "NotAuthorized");

    private AwsFault() {}

    /** Returns whether what was asked for, or what it belongs to, does not exist. */
    public static boolean isMissing(SdkException e) {
        return MISSING.contains(code(e));
    }

    /** Returns whether the same call may succeed when repeated: no answer, too many requests, or a fault over there. */
    public static boolean isTransient(SdkException e) {
        if (e instanceof AwsServiceException service) {
            return service.isThrottlingException()
                    || service.isClockSkewException()
                    || service.statusCode() >= 500
                    || service.statusCode() == 429
                    || code(e).startsWith("Throttling")
                    || "UpdateInProgressException".equals(code(e))
                    || "RequestLimitExceeded".equals(code(e));
        }
        return e instanceof ApiCallTimeoutException
                || e instanceof ApiCallAttemptTimeoutException
                || e instanceof RetryableException
                || e instanceof AbortedException
                || e.retryable();
    }

    /** Returns the service's code for what went wrong; empty where no service answered. */
    public static String code(SdkException e) {
        if (e instanceof AwsServiceException service && service.awsErrorDetails() != null) {
            return String.valueOf(service.awsErrorDetails().errorCode());
        }
        return "";
    }

    /**
     * Returns the exception for trying to do {@code what}, such as "update service api".
     *
     * @param target the key of the target concerned, or null
     */
    public static DeployException of(String what, @Nullable String target, SdkException e) {
        return new DeployException(
                "Tried to " + what + ", but " + why(e),
                new Details(PROVIDER, target, null, isTransient(e), remedy(e)),
                e);
    }

    private static String why(SdkException e) {
        if (e instanceof AwsServiceException service) {
            AwsErrorDetails details = service.awsErrorDetails();
            String said = details == null ? service.getMessage() : details.errorCode() + ": " + details.errorMessage();
            return (details == null || details.serviceName() == null ? "AWS" : details.serviceName()) + " answered "
                    + service.statusCode() + " " + said;
        }
        return "there was no answer: " + root(e);
    }

    private static String root(Throwable e) {
        Throwable cause = e;
        for (int depth = 0; cause.getCause() != null && depth < 20; depth++) {
            cause = cause.getCause();
        }
        return cause == e ? String.valueOf(e.getMessage()) : cause.toString();
    }

    private static String remedy(SdkException e) {
        if (DENIED.contains(code(e))) {
            return "grant this permission; io/dpg/deploy/aws/policy.json in the jar has all that are needed";
        }
        if (e instanceof AwsServiceException service && (service.statusCode() == 401 || isExpired(e))) {
            return "the credentials are missing or have expired; log in again";
        }
        if (isTransient(e)) {
            return "AWS is slow, away or limits calls; repeat";
        }
        return e instanceof AwsServiceException ? "correct what it names" : "check region, credentials and network";
    }

    private static boolean isExpired(SdkException e) {
        String code = code(e);
        return code.startsWith("ExpiredToken")
                || code.equals("UnrecognizedClientException")
                || code.equals("InvalidClientTokenId");
    }
}
