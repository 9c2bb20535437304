package io.dpg.deploy.k8s.internal;

import io.dpg.deploy.DeployException;
import io.dpg.deploy.DeployException.Details;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.StatusCause;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What the API server's refusals mean to people and to the engine. */
public final class ApiFault {

    /** The provider's name in exceptions. */
    public static final String PROVIDER = "kubernetes";

    private static final int UNPROCESSABLE = 422;

    private ApiFault() {}

    /** Returns whether the object was changed or created meanwhile, so that looking again decides what to do. */
    public static boolean isConflict(KubernetesClientException e) {
        return e.getCode() == 409;
    }

    /** Returns whether a {@code test} of a JSON patch did not hold. A rejected object, unlike that, names its fields. */
    public static boolean isFailedTest(KubernetesClientException e) {
        return e.getCode() == UNPROCESSABLE && causes(e).isEmpty();
    }

    /** Returns whether what was asked for, or what it belongs to, does not exist. */
    public static boolean isMissing(KubernetesClientException e) {
        return e.getCode() == 404;
    }

    /** Returns whether the same call may succeed when repeated: no answer, too many requests, or a fault over there. */
    public static boolean isTransient(KubernetesClientException e) {
        int code = e.getCode();
        return code == 429 || code >= 500 || code <= 0;
    }

    /**
     * Returns the exception for trying to do {@code what}, such as "scale the Deployment dpg-api".
     *
     * @param target the key of the target concerned, or null
     */
    public static DeployException of(String what, @Nullable String target, KubernetesClientException e) {
        return new DeployException(
                "Tried to " + what + ", but " + why(e),
                new Details(PROVIDER, target, null, isTransient(e) || isConflict(e), remedy(e)),
                e);
    }

    private static String why(KubernetesClientException e) {
        Status status = e.getStatus();
        String said = status != null && status.getMessage() != null ? status.getMessage() : root(e);
        return e.getCode() <= 0
                ? "the API server gave no answer: " + said
                : "the API server answered " + e.getCode() + ": " + said;
    }

    private static String root(Throwable e) {
        Throwable cause = e;
        for (int depth = 0; cause.getCause() != null && depth < 20; depth++) {
            cause = cause.getCause();
        }
        return cause == e ? String.valueOf(e.getMessage()) : cause.toString();
    }

    private static String remedy(KubernetesClientException e) {
        return switch (e.getCode()) {
            case 401 -> "the credentials are missing or have expired; log in again";
            case 403 -> "grant this permission; io/dpg/deploy/k8s/rbac.yaml in the jar has all that are needed";
            case 404 -> "check the namespace and the name";
            case UNPROCESSABLE ->
                "correct "
                        + (causes(e).isEmpty()
                                ? "what was asked for"
                                : causes(e).stream().map(StatusCause::getField).collect(Collectors.joining(", ")));
            default ->
                isTransient(e) ? "check that the API server is reachable and well; repeat" : "look at its events";
        };
    }

    private static List<StatusCause> causes(KubernetesClientException e) {
        Status status = e.getStatus();
        return status == null
                        || status.getDetails() == null
                        || status.getDetails().getCauses() == null
                ? List.of()
                : status.getDetails().getCauses();
    }
}
