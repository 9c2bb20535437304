package io.dpg.deploy.verify.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import org.junit.jupiter.api.Test;

class HttpQueriesTest {

    @Test
    void asksForErrorsRequestsAndLatencyOfAGroup() {
        HttpQueries queries = HttpQueries.standard().where("job", "a \"shop\"");
        String group = "{version=\"${version}\",job=\"a \\\"shop\\\"\"";
        assertThat(queries.errors())
                .isEqualTo("sum(" + HttpQueries.increase("http_requests_total" + group + ",code=~\"5..\"}") + ")");
        assertThat(queries.requests())
                .isEqualTo("sum(" + HttpQueries.increase("http_requests_total" + group + "}") + ")");
        assertThat(queries.latency(0.95))
                .isEqualTo("histogram_quantile(0.95, sum by (le) ("
                        + HttpQueries.increase("http_request_duration_seconds_bucket" + group + "}") + ")) >= 0");
        assertThat(HttpQueries.increase("x"))
                .isEqualTo("((last_over_time(x[${window}]) - last_over_time(x[5m] offset ${window})) >= 0"
                        + " or last_over_time(x[${window}]))");
    }

    @Test
    void knowsTheConventionsOfOthers() {
        assertThat(HttpQueries.micrometer().errors())
                .contains("http_server_requests_seconds_count{", "status=~\"5..\"");
        assertThat(HttpQueries.istio().errors())
                .contains("destination_version=\"${version}\",reporter=\"destination\",response_code=~\"5..|0\"");
        assertThat(HttpQueries.istio().latency(0.5))
                .startsWith(
                        "histogram_quantile(0.5, sum by (le) (((last_over_time(istio_request_duration_milliseconds_bucket{")
                .endsWith(")) / 1000 >= 0");
        assertThat(HttpQueries.ingressNginx("shop-${slot}").requests())
                .contains("nginx_ingress_controller_requests{service=\"shop-${slot}\"}");
        assertThat(HttpQueries.standard()
                        .group("pod_template_hash", "${revision}")
                        .requests())
                .contains("{pod_template_hash=\"${revision}\"}");
    }

    @Test
    void addsItsMetricsToASource() {
        PrometheusSource source = PrometheusSource.at(URI.create("http://p")).with(HttpQueries.istio());
        assertThat(source.metrics())
                .containsExactlyInAnyOrder(
                        HttpQueries.ERROR_RATIO,
                        HttpQueries.REQUESTS,
                        "latency-p50",
                        "latency-p95",
                        "latency-p99",
                        "latency-p50-series",
                        "latency-p95-series",
                        "latency-p99-series");
    }

    @Test
    void refusesWhatWouldCompareAGroupWithItself() {
        assertThatThrownBy(() -> HttpQueries.standard().group("version", "1.0"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is the same for all groups");
        assertThatThrownBy(() -> HttpQueries.standard().where("a=\"b\",c", "1")).hasMessageContaining("is no name");
        assertThatThrownBy(() -> HttpQueries.standard().latency(95)).hasMessageContaining("within 0 and 1");
    }
}
