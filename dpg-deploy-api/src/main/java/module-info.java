/** The words of dpg-deploy, its strategies, engine, journals, secrets, events and test kit. */
module io.dpg.deploy {
    requires com.fasterxml.jackson.annotation;
    requires org.slf4j;
    requires tools.jackson.databind;
    requires tools.jackson.dataformat.yaml;
    requires static transitive org.jspecify;
    requires static transitive org.junit.jupiter.api;

    exports io.dpg.deploy;
    exports io.dpg.deploy.check;
    exports io.dpg.deploy.config;
    exports io.dpg.deploy.event;
    exports io.dpg.deploy.secret;
    exports io.dpg.deploy.spi;
    exports io.dpg.deploy.strategy;
    exports io.dpg.deploy.testkit;

    opens io.dpg.deploy.engine to
            tools.jackson.databind;

    uses io.dpg.deploy.secret.SecretSource;
}
