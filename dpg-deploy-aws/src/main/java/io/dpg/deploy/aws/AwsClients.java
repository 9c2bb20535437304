package io.dpg.deploy.aws;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.core.SdkClient;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.retry.RetryMode;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.applicationautoscaling.ApplicationAutoScalingClient;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.ecr.EcrClient;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.elasticloadbalancingv2.ElasticLoadBalancingV2Client;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.servicequotas.ServiceQuotasClient;
import software.amazon.awssdk.services.ssm.SsmClient;
import software.amazon.awssdk.services.sts.StsClient;

/**
 * The SDK's clients, opened when first used: region and credentials by the SDK's default chains unless set here. They share
 * one HTTP client, the JDK's, because it starts fastest, and repeat throttled calls adaptively (the SDK's mode
 * {@code adaptive_v2}); a call ends after {@link #CALL_LIMIT} with its repetitions, one attempt after {@link #ATTEMPT_LIMIT}.
 *
 * <p>Thread-safe. Closing ends the clients opened here, and leaves given ones alone.
 */
public final class AwsClients implements AutoCloseable {

    /** How long a call with its repetitions may take. */
    public static final Duration CALL_LIMIT = Duration.ofSeconds(20);

    /** How long one attempt of a call may take. */
    public static final Duration ATTEMPT_LIMIT = Duration.ofSeconds(8);

    private final Builder settings;
    private final Map<Class<?>, SdkClient> open = new HashMap<>();
    private final List<AutoCloseable> owned = new ArrayList<>();
    private @Nullable SdkHttpClient http;
    private boolean closed;

    private AwsClients(Builder settings) {
        this.settings = settings;
    }

    /** Returns clients by the default chains of the SDK. */
    public static AwsClients standard() {
        return builder().build();
    }

    /** Begins to describe clients. */
    public static Builder builder() {
        return new Builder();
    }

    /** Returns the client of Amazon ECS. */
    public EcsClient ecs() {
        return get(EcsClient.class, EcsClient::builder);
    }

    /** Returns the client of Elastic Load Balancing. */
    public ElasticLoadBalancingV2Client loadBalancing() {
        return get(ElasticLoadBalancingV2Client.class, ElasticLoadBalancingV2Client::builder);
    }

    /** Returns the client of Application Auto Scaling. */
    public ApplicationAutoScalingClient autoScaling() {
        return get(ApplicationAutoScalingClient.class, ApplicationAutoScalingClient::builder);
    }

    /** Returns the client of CloudWatch. */
    public CloudWatchClient cloudWatch() {
        return get(CloudWatchClient.class, CloudWatchClient::builder);
    }

    /** Returns the client of CloudWatch Logs. */
    public CloudWatchLogsClient logs() {
        return get(CloudWatchLogsClient.class, CloudWatchLogsClient::builder);
    }

    /** Returns the client of Amazon ECR. */
    public EcrClient ecr() {
        return get(EcrClient.class, EcrClient::builder);
    }

    /** Returns the client of Secrets Manager. */
    public SecretsManagerClient secretsManager() {
        return get(SecretsManagerClient.class, SecretsManagerClient::builder);
    }

    /** Returns the client of Systems Manager, which holds Parameter Store. */
    public SsmClient parameterStore() {
        return get(SsmClient.class, SsmClient::builder);
    }

    /** Returns the client of DynamoDB. */
    public DynamoDbClient dynamoDb() {
        return get(DynamoDbClient.class, DynamoDbClient::builder);
    }

    /** Returns the client of Service Quotas. */
    public ServiceQuotasClient quotas() {
        return get(ServiceQuotasClient.class, ServiceQuotasClient::builder);
    }

    /** Returns the client of IAM. */
    public IamClient iam() {
        return get(IamClient.class, IamClient::builder);
    }

    /** Returns the client of the Security Token Service. */
    public StsClient sts() {
        return get(StsClient.class, StsClient::builder);
    }

    private synchronized <C extends SdkClient, B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>> C get(
            Class<C> type, Supplier<B> builder) {
        if (closed) {
            throw new IllegalStateException("The AWS clients are closed; open new ones");
        }
        SdkClient known = settings.given.get(type);
        if (known == null) {
            known = open.get(type);
        }
        if (known == null) {
            C made = make(builder.get());
            open.put(type, made);
            owned.add(made);
            known = made;
        }
        return type.cast(known);
    }

    private <C extends SdkClient, B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>> C make(B builder) {
        if (http == null) {
            http = UrlConnectionHttpClient.builder()
                    .connectionTimeout(Duration.ofSeconds(5))
                    .socketTimeout(ATTEMPT_LIMIT)
                    .build();
        }
        builder.httpClient(http).overrideConfiguration(c -> {
            c.apiCallTimeout(CALL_LIMIT).apiCallAttemptTimeout(ATTEMPT_LIMIT).retryStrategy(RetryMode.ADAPTIVE_V2);
            settings.interceptors.forEach(c::addExecutionInterceptor);
        });
        if (settings.region != null) {
            builder.region(Region.of(settings.region));
        }
        if (settings.endpoint != null) {
            builder.endpointOverride(settings.endpoint);
        }
        if (settings.credentials != null) {
            builder.credentialsProvider(settings.credentials);
        }
        return builder.build();
    }

    @Override
    public synchronized void close() {
        closed = true;
        for (AutoCloseable client : owned) {
            try {
                client.close();
            } catch (Exception e) {
                throw new IllegalStateException("Tried to close a client of AWS, but it failed", e);
            }
        }
        owned.clear();
        if (http != null) {
            http.close();
        }
    }

    /** Collects the settings of clients. Not thread-safe. */
    public static final class Builder {
        private @Nullable String region;
        private @Nullable URI endpoint;
        private @Nullable AwsCredentialsProvider credentials;
        private final Map<Class<?>, SdkClient> given = new HashMap<>();
        private final List<ExecutionInterceptor> interceptors = new ArrayList<>();

        private Builder() {}

        /** Sets the region, such as {@code eu-central-1}; default: the SDK's chain. */
        public Builder region(String region) {
            this.region = Objects.requireNonNull(region, "region");
            return this;
        }

        /** Sets where all services are called, for emulators and proxies; default: AWS, or {@code AWS_ENDPOINT_URL}. */
        public Builder endpoint(URI endpoint) {
            this.endpoint = Objects.requireNonNull(endpoint, "endpoint");
            return this;
        }

        /** Sets the credentials; default: the SDK's chain. */
        public Builder credentials(AwsCredentialsProvider credentials) {
            this.credentials = Objects.requireNonNull(credentials, "credentials");
            return this;
        }

        /** Uses {@code client} for the service named by {@code type}; it stays open. */
        public <C extends SdkClient> Builder client(Class<C> type, C client) {
            given.put(type, Objects.requireNonNull(client, "client"));
            return this;
        }

        /** Adds something that sees each call of the clients opened here, to count or log it. */
        public Builder interceptor(ExecutionInterceptor interceptor) {
            interceptors.add(Objects.requireNonNull(interceptor, "interceptor"));
            return this;
        }

        /** Returns the clients; opens none yet. */
        public AwsClients build() {
            Builder copy = new Builder();
            copy.region = region;
            copy.endpoint = endpoint;
            copy.credentials = credentials;
            copy.given.putAll(given);
            copy.interceptors.addAll(interceptors);
            return new AwsClients(copy);
        }
    }
}
