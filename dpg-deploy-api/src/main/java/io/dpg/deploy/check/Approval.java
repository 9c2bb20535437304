package io.dpg.deploy.check;

import io.dpg.deploy.Plan;
import io.dpg.deploy.spi.Message;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * A gate that opens when enough people consent. It decides from the rollout's messages and the time alone, so a wait
 * survives a restart, and two processes decide alike.
 *
 * <ul>
 *   <li>People are told apart by name, trimmed and without regard to case; who consents twice counts once.
 *   <li>The requester's own consent does not count, nor does one without a name.
 *   <li>One rejection ends it, whoever it comes from, also after enough have consented.
 *   <li>A consent can be taken back until the gate has opened.
 *   <li>When {@link ApprovalPolicy#expires} has passed since the wait began, it is closed, unless the policy takes
 *       silence for consent; what is said later does not count.
 * </ul>
 *
 * <p>Immutable and thread-safe.
 */
public final class Approval implements Gate {

    private static final Duration GRACE = Duration.ofMinutes(1);
    private static final Duration SLOWEST = Duration.ofSeconds(10);

    private final String name;
    private final ApprovalPolicy policy;
    private final List<Approver> approvers;

    private Approval(String name, ApprovalPolicy policy, List<Approver> approvers) {
        this.name = name;
        this.policy = policy;
        this.approvers = approvers;
    }

    /** Returns an approval named {@code approval} that asks nobody: consent comes by {@code Rollout.approve}. */
    public static Approval of(ApprovalPolicy policy) {
        return new Approval("approval", Objects.requireNonNull(policy, "policy"), List.of());
    }

    /** Returns a copy with another name. */
    public Approval named(String name) {
        if (Objects.requireNonNull(name, "name").isBlank()) {
            throw new IllegalArgumentException("The name of an approval must not be blank");
        }
        return new Approval(name, policy, approvers);
    }

    /** Returns a copy that also asks {@code more}, all at once; each may answer. */
    public Approval askingOn(Approver... more) {
        List<Approver> all = new ArrayList<>(approvers);
        all.addAll(List.of(more));
        return new Approval(name, policy, List.copyOf(all));
    }

    @Override
    public String name() {
        return name;
    }

    /** Returns the policy. */
    public ApprovalPolicy policy() {
        return policy;
    }

    /** Returns the policy's time and one minute more, so that the policy and not the limit ends the wait. */
    @Override
    public Duration limit() {
        return policy.expires().plus(GRACE);
    }

    /** Returns 10 seconds, or a tenth of the policy's time where that is shorter. */
    @Override
    public Duration interval() {
        Duration tenth = policy.expires().dividedBy(10);
        Duration shorter = tenth.compareTo(SLOWEST) < 0 ? tenth : SLOWEST;
        return shorter.toMillis() < 1 ? Duration.ofMillis(1) : shorter;
    }

    @Override
    public void waitingStarts(GateContext context, Consumer<Message> answer) {
        ApprovalRequest request = new ApprovalRequest(
                context.rollout(),
                context.release(),
                context.plan(),
                context.requestedBy(),
                policy,
                context.waitingSince());
        RuntimeException failed = null;
        for (Approver approver : approvers) {
            try {
                approver.ask(request, answer);
            } catch (RuntimeException e) {
                failed = e; // the others can still answer, and so can Rollout.approve
            }
        }
        if (failed != null) {
            throw failed; // for the engine to warn of: it knows the secrets that must not be printed
        }
    }

    @Override
    public GateDecision evaluate(GateContext context) {
        Instant deadline = context.waitingSince().plus(policy.expires());
        String requester = key(context.requestedBy());
        Map<String, String> consents = new LinkedHashMap<>();
        boolean requesterConsented = false;
        boolean nameless = false;
        for (Message message : context.messages()) {
            if (message.at().isAfter(deadline)) {
                continue;
            }
            String who = key(message.by());
            switch (message.kind()) {
                case REJECT -> {
                    return GateDecision.closed("rejected by " + display(message.by()) + comment(message));
                }
                case REVOKE -> {
                    consents.remove(who);
                    requesterConsented &= !who.equals(requester);
                }
                case APPROVE -> {
                    if (who.isEmpty()) {
                        nameless = true;
                    } else if (who.equals(requester)) {
                        requesterConsented = true;
                    } else {
                        consents.putIfAbsent(who, display(message.by()) + comment(message));
                    }
                }
                default -> {
                    // Pausing, promoting and the like are no consent.
                }
            }
        }
        if (consents.size() >= policy.minimum()) {
            return GateDecision.open("approved by " + String.join(", ", consents.values()));
        }
        String so = count(consents)
                + (requesterConsented
                        ? "; " + display(context.requestedBy())
                                + " asked for this rollout, so their own consent does not count"
                        : "")
                + (nameless ? "; a consent without a name does not count" : "");
        return context.now().isBefore(deadline)
                ? GateDecision.waiting(so + "; waiting until " + deadline.truncatedTo(ChronoUnit.SECONDS))
                : expired(so);
    }

    private GateDecision expired(String so) {
        String text = "nobody rejected within " + Plan.text(policy.expires()) + ": " + so;
        return policy.approveOnExpiry()
                ? GateDecision.open(text + "; silence is consent here")
                : GateDecision.closed("not approved within " + Plan.text(policy.expires()) + ": " + so
                        + "; start the rollout again to ask again");
    }

    private String count(Map<String, String> consents) {
        return consents.size() + " of " + policy.minimum() + (policy.minimum() == 1 ? " approval" : " approvals")
                + (consents.isEmpty() ? "" : " (" + String.join(", ", consents.values()) + ")");
    }

    private static String comment(Message message) {
        return message.comment().isBlank() ? "" : ": " + message.comment().strip();
    }

    private static String display(String by) {
        return by.isBlank() ? "somebody without a name" : by.strip();
    }

    /** Returns what people's names are compared by. */
    static String key(String by) {
        return by.strip().toLowerCase(Locale.ROOT);
    }
}
