package io.dpg.deploy.aws.internal.secret;

import io.dpg.deploy.aws.AwsClients;

/**
 * The clients of sources that {@link java.util.ServiceLoader} made, which nobody closes: opened when first used, and never
 * closed, as the JDK's HTTP client behind them holds no threads or pools of its own.
 */
public final class StandardClients {

    private StandardClients() {}

    private static final class Holder {
        static final AwsClients CLIENTS = AwsClients.standard();
    }

    /** Returns the clients. */
    public static AwsClients get() {
        return Holder.CLIENTS;
    }
}
