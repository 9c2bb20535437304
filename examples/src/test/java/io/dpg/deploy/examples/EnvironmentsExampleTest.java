package io.dpg.deploy.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.dpg.deploy.Environments;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class EnvironmentsExampleTest {

    @Test
    void describesTheEnvironmentsOfTheGuide() {
        Environments environments = Environments.load(Path.of("environments.yaml"));
        assertThat(environments.names()).containsExactly("development", "staging", "production");
        String text = EnvironmentsExample.describe(environments.get("production"));
        System.out.println(text);
        assertThat(text).startsWith("production\n  replicas:  3\n").contains("LOG_LEVEL=warn", "env:DATABASE_URL");
    }
}
