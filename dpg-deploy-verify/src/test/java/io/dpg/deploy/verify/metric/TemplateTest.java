package io.dpg.deploy.verify.metric;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class TemplateTest {

    private static final Set<String> KNOWN = Set.of("version", "window");

    private static Template good(String promql) {
        List<String> faults = new ArrayList<>();
        Template template = Template.parse(promql, KNOWN, faults);
        assertThat(faults).isEmpty();
        return template;
    }

    private static List<String> faults(String promql) {
        List<String> faults = new ArrayList<>();
        Template.parse(promql, KNOWN, faults);
        return faults;
    }

    private static String fill(String promql, String version) {
        return good(promql).fill(name -> name.equals("window") ? "30s" : version);
    }

    @Test
    void fillsInTextAndDuration() {
        assertThat(fill("sum(rate(x{v=\"${version}\", w='a-${version}-b'}[${window}])) > ${window}", "1.4.0"))
                .isEqualTo("sum(rate(x{v=\"1.4.0\", w='a-1.4.0-b'}[30s])) > 30s");
        assertThat(good("x[${window}]").hasWindow()).isTrue();
        assertThat(good("x{v=\"${version}\"}").hasWindow()).isFalse();
        assertThat(fill("up", "1")).isEqualTo("up");
    }

    @Test
    void escapesForTheQuotesAround() {
        assertThat(fill("x{v=\"${version}\"}", "a\"b\\c'd\n")).isEqualTo("x{v=\"a\\\"b\\\\c'd\\x0a\"}");
        assertThat(fill("x{v='${version}'}", "a\"b\\c'd")).isEqualTo("x{v='a\"b\\\\c\\'d'}");
    }

    @Test
    void isNoPatternWhereOneIsExpected() {
        assertThat(fill("x{v=~\"${version}-.*\"}", "1.4|.*")).isEqualTo("x{v=~\"1\\\\.4\\\\|\\\\.\\\\*-.*\"}");
        assertThat(fill("x{v!~ '${version}',w=\"${version}\"}", "1.4")).isEqualTo("x{v!~ '1\\\\.4',w=\"1.4\"}");
    }

    @Test
    void knowsStringsAndCommentsFromEachOther() {
        String tricky = "x{a=\"\\\"#\", b='\"', c=`\\`, v=\"${version}\"} # it's ${nothing} \"\n + y{v=\"${version}\"}";
        assertThat(fill(tricky, "1"))
                .isEqualTo("x{a=\"\\\"#\", b='\"', c=`\\`, v=\"1\"} # it's ${nothing} \"\n + y{v=\"1\"}");
    }

    @Test
    void leavesGroupsOfRegularExpressionsAlone() {
        String replace = "label_replace(x{v=\"${version}\"}, \"a\", \"${1}-$2\", \"b\", \"(.*)\")";
        assertThat(fill(replace, "1")).contains("\"${1}-$2\"");
    }

    @Test
    void saysWhatIsWrongWithAQuery() {
        assertThat(faults("x{v=\"${versoin}\"} + y{v=\"${}\"}"))
                .hasSize(2)
                .first()
                .asString()
                .contains("there is no placeholder ${versoin}; known are [version, window]");
        assertThat(faults("x{v=${version}}")).singleElement().asString().contains("outside of a string");
        assertThat(faults("x{v=`${version}`}")).singleElement().asString().contains("backquotes");
        assertThat(faults("x{v=\"\\${version}\"}")).singleElement().asString().contains("follows a backslash");
        assertThat(faults("x{v=\"${window}\"}")).singleElement().asString().contains("inside of a string");
        assertThat(faults("x{v=\"a}")).singleElement().asString().contains("has no end");
        assertThat(faults(" ")).singleElement().asString().contains("blank");
    }

    /** Reads the string back as Go would, and looks where it ends. */
    @Property
    void noValueLeavesItsString(
            @ForAll @StringLength(max = 12) @Chars({'"', '\'', '\\', '`', '#', '$', '{', '}', '\n', 'a', 'ü', '\0'})
                    String value) {
        for (char quote : new char[] {'"', '\''}) {
            String filled = fill("x{v=" + quote + "${version}" + quote + "} + 1", value);
            StringBuilder read = new StringBuilder();
            int i = 5;
            for (; filled.charAt(i) != quote; i++) {
                char c = filled.charAt(i);
                assertThat(c).isGreaterThanOrEqualTo(' ');
                if (c != '\\') {
                    read.append(c);
                } else if (filled.charAt(++i) == 'x') {
                    read.append((char) Integer.parseInt(filled.substring(i + 1, i + 3), 16));
                    i += 2;
                } else {
                    assertThat(filled.charAt(i)).isIn('\\', quote);
                    read.append(filled.charAt(i));
                }
            }
            assertThat(read).hasToString(value);
            assertThat(filled.substring(i)).isEqualTo(quote + "} + 1");
        }
    }

    @Property
    void aValueInAPatternMatchesItselfOnly(
            @ForAll @StringLength(max = 3) @Chars({'.', '*', '|', '(', '[', '\\', '"', 'a', 'b'}) String value,
            @ForAll @StringLength(max = 3) @Chars({'.', '*', '|', '(', '[', '\\', '"', 'a', 'b'}) String other) {
        String pattern = Template.escape(value, '"', true).replaceAll("\\\\(.)", "$1");
        assertThat(Pattern.matches(pattern, value)).isTrue();
        assertThat(Pattern.matches(pattern, other)).isEqualTo(other.equals(value));
    }
}
