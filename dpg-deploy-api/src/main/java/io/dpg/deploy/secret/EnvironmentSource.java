package io.dpg.deploy.secret;

import java.util.Map;
import java.util.Optional;

/** Secrets in environment variables, whose age nobody knows. */
final class EnvironmentSource implements SecretSource {

    private final Map<String, String> variables;

    EnvironmentSource(Map<String, String> variables) {
        this.variables = variables;
    }

    @Override
    public String scheme() {
        return "env";
    }

    @Override
    public Optional<Found> fetch(SecretRef ref) {
        return Optional.ofNullable(variables.get(ref.path())).map(v -> new Found(Secret.of(v), null));
    }
}
