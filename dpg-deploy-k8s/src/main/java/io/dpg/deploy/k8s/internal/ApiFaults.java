package io.dpg.deploy.k8s.internal;

import io.dpg.deploy.DeployException;
import io.dpg.deploy.DeployException.Details;
import io.dpg.deploy.spi.ConflictException;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.StatusCause;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.stream.Collectors;

/** Translates what the API server answers into the library's exceptions. Pure. */
final class ApiFaults {

    static final String PROVIDER = "kubernetes";

    private ApiFaults() {}

    static DeployException of(String what, String target, KubernetesClientException e) {
        int code = e.getCode();
        String tried = "Tried to " + what + ", but ";
        Details at = Details.NONE.at(PROVIDER, target);
        if (code == 409) {
            return new ConflictException(tried + "somebody changed it meanwhile: " + text(e));
        }
        if (code == 401) {
            return new DeployException(
                    tried + "the API server does not know who we are (401): " + text(e),
                    at.remedy("renew the credentials of the kubeconfig or of the ServiceAccount"),
                    e);
        }
        if (code == 403 && quota(e)) {
            return new DeployException(
                    tried + "the namespace's quota does not allow it: " + text(e),
                    at.remedy("raise the quota or run fewer instances"),
                    e);
        }
        if (code == 403) {
            return new DeployException(
                    tried + "that is not allowed (403): " + text(e),
                    at.remedy("give the user or ServiceAccount that verb on that resource"),
                    e);
        }
        if (code == 404) {
            return new DeployException(tried + "it does not exist: " + text(e), at, e);
        }
        if (code == 400 || code == 422) {
            return new DeployException(tried + "the API server rejects it: " + text(e) + causes(e), at, e);
        }
        if (code == 429 || code >= 500) {
            return new DeployException(tried + "the API server is busy (" + code + "): " + text(e), at.mayRetry(), e);
        }
        if (code == 0) {
            return new DeployException(
                    tried + "the API server does not answer: " + text(e),
                    at.mayRetry().remedy("check the network and that the API server runs"),
                    e);
        }
        return new DeployException(tried + "the API server answered " + code + ": " + text(e), at, e);
    }

    private static boolean quota(KubernetesClientException e) {
        return text(e).contains("exceeded quota");
    }

    private static String text(KubernetesClientException e) {
        Status status = e.getStatus();
        String said = status == null ? null : status.getMessage();
        if (said != null && !said.isBlank()) {
            return said;
        }
        StringBuilder text = new StringBuilder(String.valueOf(e.getMessage()));
        Throwable cause = e.getCause();
        for (int depth = 0; cause != null && depth < 4; depth++, cause = cause.getCause()) {
            String message = cause.getMessage();
            if (message != null && text.indexOf(message) < 0) {
                text.append(": ").append(message);
            }
        }
        return text.toString();
    }

    private static String causes(KubernetesClientException e) {
        Status status = e.getStatus();
        if (status == null || status.getDetails() == null || status.getDetails().getCauses() == null) {
            return "";
        }
        return status.getDetails().getCauses().stream()
                .map(StatusCause::getField)
                .filter(f -> f != null && !f.isBlank())
                .distinct()
                .collect(Collectors.collectingAndThen(
                        Collectors.joining(", "), f -> f.isEmpty() ? "" : " (fields: " + f + ")"));
    }
}
