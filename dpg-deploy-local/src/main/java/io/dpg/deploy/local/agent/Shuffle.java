package io.dpg.deploy.local.agent;

import java.util.Random;

/**
 * Deals the numbers 0 to 99 in random order, again and again. Shares are exact over every hundred requests, and yet no
 * pattern of requests can fall into step with them. Thread-safe.
 */
final class Shuffle {

    private final byte[] cards = new byte[100];
    private final Random random = new Random();
    private int dealt = cards.length;

    Shuffle() {
        for (int i = 0; i < cards.length; i++) {
            cards[i] = (byte) i;
        }
    }

    synchronized int next() {
        if (dealt == cards.length) {
            for (int i = cards.length - 1; i > 0; i--) {
                int other = random.nextInt(i + 1);
                byte card = cards[i];
                cards[i] = cards[other];
                cards[other] = card;
            }
            dealt = 0;
        }
        return cards[dealt++];
    }
}
