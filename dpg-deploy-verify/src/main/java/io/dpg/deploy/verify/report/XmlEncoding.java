package io.dpg.deploy.verify.report;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UnsupportedEncodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds out in which encoding XML is written, by its mark, its first bytes and its declaration (XML 1.0, appendix F), and
 * decodes it strictly. The JDK's parser could, but prints to the console where it finds a malformed byte.
 */
final class XmlEncoding {

    private static final int LOOK = 256;
    private static final Pattern DECLARED =
            Pattern.compile("^<\\?xml[^>]*?\\sencoding\\s*=\\s*[\"']([A-Za-z][A-Za-z0-9._-]*)[\"']");

    private XmlEncoding() {}

    static Reader reader(InputStream in) throws IOException {
        BufferedInputStream start = new BufferedInputStream(in, 1 << 16);
        start.mark(LOOK);
        byte[] first = start.readNBytes(LOOK);
        start.reset();
        int mark = 0;
        Charset charset;
        if (begins(first, 0xEF, 0xBB, 0xBF)) {
            mark = 3;
            charset = StandardCharsets.UTF_8;
        } else if (begins(first, 0xFE, 0xFF)) {
            mark = 2;
            charset = StandardCharsets.UTF_16BE;
        } else if (begins(first, 0xFF, 0xFE)) {
            mark = 2;
            charset = StandardCharsets.UTF_16LE;
        } else if (begins(first, 0x00, '<')) {
            charset = StandardCharsets.UTF_16BE;
        } else if (begins(first, '<', 0x00)) {
            charset = StandardCharsets.UTF_16LE;
        } else {
            charset = declared(new String(first, StandardCharsets.ISO_8859_1));
        }
        start.skipNBytes(mark);
        return new InputStreamReader(
                start,
                charset.newDecoder()
                        .onMalformedInput(CodingErrorAction.REPORT)
                        .onUnmappableCharacter(CodingErrorAction.REPORT));
    }

    private static Charset declared(String start) throws IOException {
        Matcher matcher = DECLARED.matcher(start);
        if (!matcher.find()) {
            return StandardCharsets.UTF_8;
        }
        try {
            return Charset.forName(matcher.group(1));
        } catch (IllegalArgumentException e) {
            throw new UnsupportedEncodingException("an encoding that is not known here");
        }
    }

    private static boolean begins(byte[] bytes, int... with) {
        for (int i = 0; i < with.length; i++) {
            if (i >= bytes.length || (bytes[i] & 0xff) != with[i]) {
                return false;
            }
        }
        return true;
    }
}
