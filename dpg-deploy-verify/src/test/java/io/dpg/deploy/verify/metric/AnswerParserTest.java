package io.dpg.deploy.verify.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dpg.deploy.verify.metric.AnswerParser.MalformedException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class AnswerParserTest {

    private static Answer parse(String json) throws MalformedException {
        return AnswerParser.parse(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    private static Answer.Result result(String json) throws MalformedException {
        return (Answer.Result) parse(json);
    }

    private static void assertMalformed(String json, String message) {
        assertThatThrownBy(() -> parse(json))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining(message);
    }

    @Test
    void readsFieldsInAnyOrderAndSkipsUnknownOnes() throws Exception {
        Answer.Result result = result("{'infos':['i'],'data':{'stats':{'a':[1,{'b':2}]},'result':[{'values':[[1.5,'2'],"
                + "[2,'-3e2']],'x':{},'metric':{'a':'b','c':'d'}}],'resultType':'matrix'},'status':'success',"
                + "'warnings':['w1','w2']}");
        assertThat(result.type()).isEqualTo(Answer.Type.MATRIX);
        assertThat(result.warnings()).containsExactly("w1", "w2");
        Answer.Series series = result.series().get(0);
        assertThat(series.labels()).isEqualTo("{a=\"b\", c=\"d\"}");
        assertThat(series.times()).containsExactly(1.5, 2);
        assertThat(series.values()).containsExactly(2, -300);
    }

    @Test
    void readsNumbersAsGoWritesThem() throws Exception {
        for (List<Object> pair : List.<List<Object>>of(
                List.of("0", 0.0),
                List.of("1e+21", 1e21),
                List.of("-0.5", -0.5),
                List.of("+Inf", Double.POSITIVE_INFINITY),
                List.of("-Inf", Double.NEGATIVE_INFINITY),
                List.of("NaN", Double.NaN),
                List.of("1" + "0".repeat(308), 1e308))) {
            Answer.Result result =
                    result("{'status':'success','data':{'resultType':'scalar','result':[1,'" + pair.get(0) + "']}}");
            assertThat(result.series().get(0).values()).containsExactly((Double) pair.get(1));
        }
    }

    @Test
    void readsRefusalsEvenWithData() throws Exception {
        assertThat(parse("{'status':'error','errorType':'timeout','error':'too\\n late','data':{'resultType':''}}"))
                .isEqualTo(new Answer.Refusal("timeout", "too late"));
    }

    @Test
    void saysWhatIsNoAnswer() {
        String head = "{'status':'success','data':{'resultType':";
        assertMalformed("", "not an object where one belongs");
        assertMalformed("<html>", "not the JSON it should be");
        assertMalformed("{'status':'success'", "not the JSON it should be");
        assertMalformed("{'status':'maybe'}", "the status 'maybe'");
        assertMalformed("{}", "no status");
        assertMalformed("{'status':'success','data':null}", "no result");
        assertMalformed(head + "'vector','result':[]}} {}", "something follows");
        assertMalformed(head + "'vector','result':[],'result':[]}}", "two results");
        assertMalformed(head + "'streams','result':[]}}", "the result type 'streams'");
        assertMalformed(head + "'vector','result':[1,'2']}}", "a result that is no vector");
        assertMalformed(head + "'scalar','result':[]}}", "a result that is no scalar");
        assertMalformed(head + "'vector','result':[{'metric':{}}]}}", "without a value");
        assertMalformed(head + "'vector','result':[{'values':[[1,'1'],[2,'1']]}]}}", "or with several");
        assertMalformed(head + "'vector','result':[{'value':[1,1]}]}}", "not a text as a sample");
        assertMalformed(head + "'vector','result':[{'value':['1','1']}]}}", "without a time");
        assertMalformed(head + "'vector','result':[{'value':[1,'1','1']}]}}", "not time and value");
        for (String number : List.of("", "one", "0x10", "1f", "1e", "Infinity", " 1", "9".repeat(401))) {
            assertMalformed(head + "'scalar','result':[1,'" + number + "']}}", "which is no number");
        }
        assertMalformed(head + "'vector','x':" + "[".repeat(40) + "]".repeat(40) + ",'result':[]}}", "nesting depth");
    }
}
