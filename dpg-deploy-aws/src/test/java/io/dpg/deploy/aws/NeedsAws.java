package io.dpg.deploy.aws;

import io.dpg.deploy.testkit.Servers;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.opentest4j.TestAbortedException;

/**
 * Marks tests that need the emulator of AWS at {@code AWS_ENDPOINT_URL}: counted as skipped without, failing where it is
 * required.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NeedsAws.Condition.class)
public @interface NeedsAws {

    /** Looks for the emulator before anything of the class runs, so that each of its tests is reported as skipped. */
    final class Condition implements ExecutionCondition {
        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            try {
                Servers.find(TestAws.ENDPOINT);
                return ConditionEvaluationResult.enabled("there is an emulator of AWS");
            } catch (TestAbortedException e) {
                return ConditionEvaluationResult.disabled(e.getMessage());
            }
        }
    }
}
