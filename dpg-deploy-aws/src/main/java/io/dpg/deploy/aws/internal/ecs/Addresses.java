package io.dpg.deploy.aws.internal.ecs;

import java.net.URI;
import java.util.Optional;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.Listener;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ProtocolEnum;

/** Where listeners are reached. */
final class Addresses {

    private static final int HTTP = 80;
    private static final int HTTPS = 443;

    private Addresses() {}

    static Optional<URI> of(Balancer balancer, Listener listener) {
        boolean secure = listener.protocol() == ProtocolEnum.HTTPS || listener.protocol() == ProtocolEnum.TLS;
        int usual = secure ? HTTPS : HTTP;
        String port = listener.port() == null || listener.port() == usual ? "" : ":" + listener.port();
        return balancer.balancer(listener.loadBalancerArn())
                .map(b -> URI.create((secure ? "https://" : "http://") + b.dnsName() + port));
    }
}
