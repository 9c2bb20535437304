package io.dpg.deploy.verify;

import io.dpg.deploy.verify.Expectations.Expectation;
import io.dpg.deploy.verify.internal.HttpAnswer;
import java.math.BigDecimal;
import java.util.Optional;
import java.util.function.Predicate;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What can be asked of a JSON body. */
final class JsonExpectations {

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private JsonExpectations() {}

    /** Says what is wrong with a value that is there. */
    private interface Judging {
        Optional<String> fault(JsonNode node, HttpAnswer answer);
    }

    static Expectation equal(String pointer, String value) {
        return at(pointer, "to be '" + value + "'", (node, answer) -> {
            String actual = node.isString() ? node.asString() : node.toString();
            return actual.equals(value) ? Optional.empty() : Optional.of("it is " + quoted(actual, answer));
        });
    }

    static Expectation exists(String pointer) {
        return at(pointer, "to be there", (node, answer) -> Optional.empty());
    }

    static Expectation atLeast(String pointer, BigDecimal least) {
        return number(pointer, "to be at least " + least.toPlainString(), number -> number.compareTo(least) >= 0);
    }

    static Expectation atMost(String pointer, BigDecimal most) {
        return number(pointer, "to be at most " + most.toPlainString(), number -> number.compareTo(most) <= 0);
    }

    private static Expectation number(String pointer, String what, Predicate<BigDecimal> test) {
        return at(pointer, what, (node, answer) -> {
            if (!node.isNumber()) {
                return Optional.of(quoted(node.toString(), answer) + " is not a number");
            }
            double value = node.asDouble();
            if (!Double.isFinite(value)) {
                return Optional.of(quoted(node.toString(), answer) + " is not a number that can be compared");
            }
            // Numbers with a thousand digits before or behind the point are not worth the work of exactness.
            BigDecimal number =
                    node.isIntegralNumber() ? new BigDecimal(node.bigIntegerValue()) : BigDecimal.valueOf(value);
            return test.test(number) ? Optional.empty() : Optional.of("it is " + answer.shorten(node.toString(), 100));
        });
    }

    private static Expectation at(String pointer, String what, Judging judging) {
        if (!pointer.isEmpty() && !pointer.startsWith("/")) {
            throw new IllegalArgumentException("'" + pointer + "' is not a JSON pointer, which begins with '/'");
        }
        JsonPointer compiled = JsonPointer.compile(pointer);
        String expected = "expected " + (pointer.isEmpty() ? "the document" : pointer) + " " + what + ", but ";
        return answer -> {
            JsonNode node;
            try {
                node = JSON.readTree(answer.text()).at(compiled);
            } catch (JacksonException e) {
                return Optional.of(
                        expected + "the body is not JSON" + Expectations.cut(answer) + Expectations.body(answer));
            }
            if (node.isMissingNode()) {
                return Optional.of(expected + "there is nothing" + Expectations.body(answer));
            }
            return judging.fault(node, answer).map(fault -> expected + fault);
        };
    }

    private static String quoted(String text, HttpAnswer answer) {
        return "'" + answer.shorten(text, 100) + "'";
    }
}
