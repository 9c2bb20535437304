package io.dpg.deploy.verify.report;

import static io.dpg.deploy.verify.report.Reports.real;
import static org.assertj.core.api.Assertions.assertThat;

import io.dpg.deploy.Deployer;
import io.dpg.deploy.Observation;
import io.dpg.deploy.Release;
import io.dpg.deploy.RolloutResult;
import io.dpg.deploy.check.Gate;
import io.dpg.deploy.strategy.Canary;
import io.dpg.deploy.testkit.RolloutAssertions;
import io.dpg.deploy.testkit.SimulatedTarget;
import io.dpg.deploy.testkit.VirtualTime;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What the stages before left behind stops a rollout before it touches anything. */
class ReportGateRolloutTest {

    private final VirtualTime time = new VirtualTime();
    private final SimulatedTarget target = new SimulatedTarget("shop", time).serving("v1", 4);

    private RolloutResult rollout(Gate... gates) {
        try (Deployer deployer =
                Deployer.builder().time(time).executor(Runnable::run).build()) {
            return deployer.rollout(target)
                    .release(Release.of("shop", "v2"))
                    .strategy(Canary.weights(50, 100))
                    .gate(gates)
                    .execute();
        }
    }

    @Test
    void goodReportsLetARolloutGoOn() {
        RolloutAssertions.assertThat(rollout(
                        JUnitReport.in(real("pytest/ok.xml")),
                        CoverageReport.jacoco(real("jacoco/jacoco.xml")).atLeast(0.5),
                        SarifReport.in(real("ruff/clean.sarif"), real("bandit/clean.sarif")),
                        TrivyReport.in(real("trivy/clean.json"))))
                .promoted()
                .serves("v2");
    }

    @Test
    void aClosedGateRejectsItAndNothingIsTouched() {
        Gate[] closed = {
            JUnitReport.in(real("pytest/failed.xml")),
            CoverageReport.cobertura(real("coverage-py/coverage.xml")),
            SarifReport.in(real("gosec/gosec.sarif")),
            TrivyReport.in(real("trivy/vulnerabilities.json")),
            JUnitReport.in(Path.of("never-written"))
        };
        for (Gate gate : closed) {
            Observation before = target.truth();
            RolloutResult result = rollout(JUnitReport.in(real("node/ok.xml")), gate);
            RolloutAssertions.assertThat(result).rejected().because(gate.name());
            assertThat(target.truth().groups()).isEqualTo(before.groups());
        }
    }

    @Test
    void theReasonReachesThePerson() {
        RolloutAssertions.assertThat(rollout(TrivyReport.in(real("trivy/vulnerabilities.json"))))
                .rejected()
                .because("1 CRITICAL: CVE-2000-0004 in curl 7.88.1-10+deb12u5");
    }
}
