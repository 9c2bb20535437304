package io.dpg.deploy.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;

/** "Did you mean …?" */
public final class Suggestion {

    private Suggestion() {}

    /** Returns {@code ; did you mean 'known'?} for the nearest of {@code known}, or nothing where none is near. */
    public static String of(String given, Collection<String> known) {
        String low = given.toLowerCase(Locale.ROOT);
        return known.stream()
                .filter(k -> distance(low, k.toLowerCase(Locale.ROOT)) <= Math.max(1, Math.min(3, k.length() / 3)))
                .min(Comparator.comparingInt(k -> distance(low, k.toLowerCase(Locale.ROOT))))
                .map(k -> "; did you mean '" + k + "'?")
                .orElse("");
    }

    /** Counts the letters to insert, remove, replace, or swap with the next one. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        int[] before = row.clone();
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] above = row.clone();
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    row[j] = Math.min(row[j], 1 + before[j - 2]);
                }
            }
            before = above;
        }
        return row[b.length()];
    }
}
