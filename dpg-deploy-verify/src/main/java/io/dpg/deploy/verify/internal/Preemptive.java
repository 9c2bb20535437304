package io.dpg.deploy.verify.internal;

import java.security.Principal;
import org.apache.hc.client5.http.auth.AuthChallenge;
import org.apache.hc.client5.http.auth.AuthScheme;
import org.apache.hc.client5.http.auth.CredentialsProvider;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.jspecify.annotations.Nullable;

/** Sends a proxy's credentials with the first request. */
final class Preemptive implements AuthScheme {

    private final Sent credentials;

    Preemptive(Sent credentials) {
        this.credentials = credentials;
    }

    @Override
    public String getName() {
        return "Basic";
    }

    @Override
    public boolean isConnectionBased() {
        return false;
    }

    @Override
    public void processChallenge(AuthChallenge challenge, HttpContext context) {}

    /** A challenge after the credentials were sent means that they are wrong. */
    @Override
    public boolean isChallengeComplete() {
        return true;
    }

    @Override
    public @Nullable String getRealm() {
        return null;
    }

    @Override
    public boolean isResponseReady(HttpHost host, CredentialsProvider provider, HttpContext context) {
        return true;
    }

    @Override
    public @Nullable Principal getPrincipal() {
        return null;
    }

    @Override
    public String generateAuthResponse(HttpHost host, HttpRequest request, HttpContext context) {
        return credentials.reveal();
    }
}
