package io.dpg.deploy.event;

import java.io.Console;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Shows rollouts as they go: pleasant in a terminal, plain in a log.
 *
 * <p>Live, the running step has one line that is drawn again and again: elapsed and remaining time, ready instances,
 * weights. Finished steps stay with their time. These lines are cut to the terminal's width (variable
 * {@code COLUMNS}, else 100), so that they never wrap; the plan, failures and what to do about them are not. No escape codes are used, only carriage returns.
 *
 * <p>Plain, every event is one line with its time (UTC) and target; the plan, diagnoses and commands take more lines,
 * indented. Progress and looks of analyses are printed when something changed, and every 30 seconds; the wait for a gate, every 10
 * minutes.
 *
 * <p>Thread-safe. Signs that the stream's character set lacks are replaced by ASCII ones.
 */
public final class ConsoleProgress implements Listener {

    private final Listener printer;

    private ConsoleProgress(Listener printer) {
        this.printer = printer;
    }

    /**
     * Returns progress on the standard output: live in a terminal, plain where there is none, where {@code TERM} is
     * {@code dumb}, and where {@code CI} is set.
     */
    public static ConsoleProgress standard() {
        return isLive(System.getenv(), isTerminal(System.console())) ? live(System.out) : plain(System.out);
    }

    /** Returns plain progress on {@code out}. */
    public static ConsoleProgress plain(PrintStream out) {
        return new ConsoleProgress(new PlainPrinter(Objects.requireNonNull(out, "out")));
    }

    /**
     * Returns live progress on {@code out}, a terminal with the character set of the JVM's standard output and
     * {@code COLUMNS} columns, 100 where that is not set.
     */
    public static ConsoleProgress live(PrintStream out) {
        return live(out, columns(System.getenv("COLUMNS")), charset());
    }

    /** Returns live progress on {@code out}, a terminal of {@code columns} columns (at least 40) and {@code charset}. */
    public static ConsoleProgress live(PrintStream out, int columns, Charset charset) {
        return new ConsoleProgress(
                new LivePrinter(Objects.requireNonNull(out, "out"), Math.max(40, columns), Glyphs.writableIn(charset)));
    }

    @Override
    public void on(Event event) {
        synchronized (printer) {
            printer.on(event);
        }
    }

    /** From Java 22 on there may be a console without a terminal, and it says so itself. */
    private static boolean isTerminal(@Nullable Console console) {
        try {
            return console != null
                    && (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (NoSuchMethodException e) {
            return true;
        } catch (ReflectiveOperationException e) {
            return false;
        }
    }

    static boolean isLive(Map<String, String> environment, boolean console) {
        String ci = environment.getOrDefault("CI", "");
        return console
                && !"dumb".equals(environment.get("TERM"))
                && (ci.isBlank() || ci.toLowerCase(Locale.ROOT).equals("false"));
    }

    static int columns(@Nullable String variable) {
        try {
            return variable == null ? 100 : Integer.parseInt(variable.strip());
        } catch (NumberFormatException e) {
            return 100;
        }
    }

    private static Charset charset() {
        // stdout.encoding is set from Java 19 on, sun.stdout.encoding before, where there is a terminal.
        for (String property : new String[] {"stdout.encoding", "sun.stdout.encoding"}) {
            String name = System.getProperty(property);
            if (name != null && Charset.isSupported(name)) {
                return Charset.forName(name);
            }
        }
        return Charset.defaultCharset();
    }
}
