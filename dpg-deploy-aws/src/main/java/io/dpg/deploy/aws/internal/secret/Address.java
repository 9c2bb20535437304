package io.dpg.deploy.aws.internal.secret;

import io.dpg.deploy.DeployException;
import io.dpg.deploy.DeployException.Details;
import io.dpg.deploy.aws.internal.AwsFault;
import io.dpg.deploy.secret.SecretRef;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a secret of AWS lives. {@code aws-sm:name}, {@code aws-sm:name?version=…} or {@code aws-sm:name?stage=…}, and
 * {@code aws-ssm:/path}, {@code aws-ssm:/path?version=…} or {@code aws-ssm:/path?label=…}; an ARN may stand for the name.
 * Neither kind of name can hold a question mark, so the form is unambiguous.
 *
 * @param name the name or ARN
 * @param version the version's id or number, or null for the current one
 * @param label the staging label or the parameter's label, or null
 */
public record Address(
        String name, @Nullable String version, @Nullable String label) {

    /** The scheme of Secrets Manager. */
    public static final String SECRETS_MANAGER = "aws-sm";

    /** The scheme of Parameter Store. */
    public static final String PARAMETER_STORE = "aws-ssm";

    private static final String CHARACTERS = "[A-Za-z0-9/_+=.@!-]";
    private static final Pattern SECRET =
            Pattern.compile("(?:arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:)?" + CHARACTERS + "{1,520}");
    private static final Pattern PARAMETER =
            Pattern.compile("(?:arn:aws[a-z-]*:ssm:[a-z0-9-]+:[0-9]{12}:parameter)?" + CHARACTERS + "{1,2048}");
    private static final Pattern PICK = Pattern.compile("(version|stage|label)=([A-Za-z0-9/_+=.@!-]{1,256})");

    /**
     * Reads the address of {@code ref}.
     *
     * @throws DeployException if it has another form
     */
    public static Address of(SecretRef ref) {
        return read(ref)
                .orElseThrow(() -> new DeployException(
                        "Tried to read the secret " + ref + ", but its address has another form than " + form(ref),
                        Details.NONE.at(AwsFault.PROVIDER, ref.toString()).remedy("correct the address")));
    }

    /** Returns the address, or empty where {@code ref} has another form. */
    static Optional<Address> read(SecretRef ref) {
        boolean secret = ref.scheme().equals(SECRETS_MANAGER);
        String path = ref.path();
        int mark = path.indexOf('?');
        String name = mark < 0 ? path : path.substring(0, mark);
        if (!(secret ? SECRET : PARAMETER).matcher(name).matches()) {
            return Optional.empty();
        }
        if (mark < 0) {
            return Optional.of(new Address(name, null, null));
        }
        Matcher pick = PICK.matcher(path.substring(mark + 1));
        if (!pick.matches() || pick.group(1).equals(secret ? "label" : "stage")) {
            return Optional.empty();
        }
        boolean version = pick.group(1).equals("version");
        if (version && !secret && !pick.group(2).matches("[0-9]{1,18}")) {
            return Optional.empty();
        }
        return Optional.of(version ? new Address(name, pick.group(2), null) : new Address(name, null, pick.group(2)));
    }

    /** Returns what addresses of the scheme of {@code ref} look like. */
    static String form(SecretRef ref) {
        return ref.scheme().equals(SECRETS_MANAGER)
                ? "aws-sm:name#field, aws-sm:name?stage=AWSPREVIOUS#field or aws-sm:name?version=id#field"
                : "aws-ssm:/path, aws-ssm:/path?version=3 or aws-ssm:/path?label=name";
    }

    /** Returns whether the name is an ARN. */
    boolean isArn() {
        return name.startsWith("arn:");
    }
}
