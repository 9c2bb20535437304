package io.dpg.deploy.aws;

import io.dpg.deploy.testkit.Servers;
import java.net.URI;
import java.util.concurrent.ThreadLocalRandom;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.regions.Region;

/**
 * An account of its own in the emulator at {@code AWS_ENDPOINT_URL} (moto takes it from a header), so that test classes see
 * nothing of each other. Nothing of the machine's own AWS settings is used.
 */
public final class TestAws implements AutoCloseable {

    /** The environment variable with the emulator's address. */
    public static final String ENDPOINT = "AWS_ENDPOINT_URL";

    /** The region of all tests. */
    public static final Region REGION = Region.EU_CENTRAL_1;

    static {
        // Settings of the developer's profile, such as a retry mode or endpoint, are none of the tests'.
        System.setProperty("aws.configFile", "/nonexistent/dpg-deploy/config");
        System.setProperty("aws.sharedCredentialsFile", "/nonexistent/dpg-deploy/credentials");
        System.setProperty("aws.disableEc2Metadata", "true");
    }

    private final String account;
    private final AwsClients clients;

    private TestAws(String account) {
        this.account = account;
        this.clients = builder().build();
    }

    /** Returns a fresh account, or skips the test where there is no emulator. */
    public static TestAws open() {
        return new TestAws(String.valueOf(ThreadLocalRandom.current().nextLong(100_000_000_000L, 1_000_000_000_000L)));
    }

    /** Returns this account's number. */
    public String account() {
        return account;
    }

    /** Returns clients of this account; closed with it. */
    public AwsClients clients() {
        return clients;
    }

    /** Returns a builder of further clients of this account: another process's view. */
    public AwsClients.Builder builder() {
        return of(endpoint(), account);
    }

    /** Returns a builder of clients at {@code endpoint}, such as a fake's. */
    public static AwsClients.Builder of(URI endpoint, String account) {
        return AwsClients.builder()
                .region(REGION.id())
                .endpoint(endpoint)
                .credentials(StaticCredentialsProvider.create(AwsBasicCredentials.create("none", "none")))
                .interceptor(new Account(account));
    }

    /** Tells moto which account calls; {@code get_account_id} in its moto/core/responses.py reads this header. */
    private record Account(String number) implements ExecutionInterceptor {
        @Override
        public SdkHttpRequest modifyHttpRequest(Context.ModifyHttpRequest context, ExecutionAttributes attributes) {
            return context.httpRequest().toBuilder()
                    .putHeader("x-moto-account-id", number)
                    .build();
        }
    }

    /** Returns the emulator's address, or skips the test where there is none. */
    public static URI endpoint() {
        return URI.create(Servers.find(ENDPOINT));
    }

    @Override
    public void close() {
        clients.close();
    }
}
