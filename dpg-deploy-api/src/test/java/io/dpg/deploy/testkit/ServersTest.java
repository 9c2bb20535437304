package io.dpg.deploy.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.opentest4j.TestAbortedException;

class ServersTest {

    @Test
    void aServerThatIsThereIsFound() {
        assertThat(Servers.find("X_URL", "http://127.0.0.1", "")).isEqualTo("http://127.0.0.1");
    }

    @Test
    void aTestWhoseServerIsAbsentIsSkipped() {
        assertThatThrownBy(() -> Servers.find("X_URL", null, "Y_URL")).isInstanceOf(TestAbortedException.class);
        assertThatThrownBy(() -> Servers.find("X_URL", " ", null)).isInstanceOf(TestAbortedException.class);
    }

    @Test
    void aTestWhoseServerIsRequiredAndAbsentFails() {
        assertThatThrownBy(() -> Servers.find("X_URL", null, "Y_URL, X_URL"))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("DPG_REQUIRE lists X_URL");
    }
}
