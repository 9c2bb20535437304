package io.dpg.deploy.aws.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dpg.deploy.spi.Time;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.iam.model.IamException;

class FakeAwsTest {

    private final FakeAws fake = FakeAws.start(Time.system()).timing(FakeTiming.quick());

    @Test
    void itRunsOnTheWallClockToo() throws InterruptedException {
        try (fake) {
            FakeService service = fake.service("c", "svc").instances(1).behindListener();
            service.arn();
            fake.clients()
                    .ecs()
                    .updateService(r -> r.cluster("c").service("svc").desiredCount(3));
            Instant end = Time.system().now().plusSeconds(20);
            while (service.running() < 3 && Time.system().now().isBefore(end)) {
                Time.system().sleep(Duration.ofMillis(20));
            }
            assertThat(service.running()).isEqualTo(3);
            assertThat(fake.traffic().failedSeconds()).isZero();
        }
    }

    @Test
    void whatItDoesNotPlayItSays() throws IOException, InterruptedException {
        try (fake) {
            HttpResponse<String> answer = post("AmazonEC2ContainerServiceV20141113.RunTask", "{}");
            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(answer.body()).contains("UnknownOperationException").contains("ecs:RunTask");
            assertThat(fake.calls()).extracting(FakeCall::outcome).containsExactly("UnknownOperationException");
        }
    }

    @Test
    void servicesThatItDoesNotPlayAreDenied() {
        try (fake) {
            assertThatThrownBy(() -> fake.clients().iam().simulatePrincipalPolicy(r -> r.policySourceArn("arn")
                            .actionNames("ecs:UpdateService")))
                    .isInstanceOfSatisfying(
                            IamException.class, e -> assertThat(e.statusCode()).isEqualTo(403));
            assertThatThrownBy(() -> fake.clients().quotas().getServiceQuota(r -> r.serviceCode("ecs")
                            .quotaCode("L-1")))
                    .isInstanceOf(software.amazon.awssdk.services.servicequotas.model.AccessDeniedException.class);
            assertThat(fake.calls())
                    .extracting(FakeCall::action)
                    .containsExactly("iam:SimulatePrincipalPolicy", "servicequotas:GetServiceQuota");
        }
    }

    @Test
    void whatIsNoRequestOfTheSdkIsRefused() throws IOException, InterruptedException {
        try (fake) {
            assertThat(post("AmazonEC2ContainerServiceV20141113.ListTasks", "{ no json")
                            .statusCode())
                    .isEqualTo(400);
            try (Socket socket = new Socket("127.0.0.1", fake.endpoint().getPort());
                    OutputStream out = socket.getOutputStream()) {
                socket.setSoTimeout(10_000);
                out.write("POST / HTTP/1.1\r\nContent-Length: many\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                assertThat(socket.getInputStream().read()).isEqualTo(-1);
            }
            assertThat(post("AmazonEC2ContainerServiceV20141113.ListTasks", "{}")
                            .body())
                    .contains("ClusterNotFoundException");
        }
    }

    private HttpResponse<String> post(String target, String body) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(fake.endpoint() + "/"))
                                .header("X-Amz-Target", target)
                                .timeout(Duration.ofSeconds(10))
                                .POST(HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }
}
