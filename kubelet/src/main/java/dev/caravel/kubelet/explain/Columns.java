package dev.caravel.kubelet.explain;

import java.util.ArrayList;
import java.util.List;

/**
 * Rows of text under each other. Columns are as wide as their widest cell; the last one is broken
 * into lines at blanks when it is too long for a terminal.
 */
final class Columns {

    static final int WIDTH = 110;
    private static final int NARROWEST = 40;
    private static final String GAP = "  ";

    private final List<List<String>> rows = new ArrayList<>();
    private final List<Integer> rightAligned;

    private Columns(List<Integer> rightAligned) {
        this.rightAligned = rightAligned;
    }

    static Columns aligned() {
        return new Columns(List.of());
    }

    /** With numbers in these columns. */
    static Columns rightAligned(Integer... columns) {
        return new Columns(List.of(columns));
    }

    Columns row(String... cells) {
        rows.add(List.of(cells));
        return this;
    }

    boolean isEmpty() {
        return rows.isEmpty();
    }

    /** The lines, indented by two. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        for (List<String> row : rows) {
            StringBuilder head = new StringBuilder(GAP);
            for (int i = 0; i < row.size() - 1; i++) {
                head.append(padded(row.get(i), width(i), rightAligned.contains(i))).append(GAP);
            }
            int room = Math.max(NARROWEST, WIDTH - head.length());
            String indent = " ".repeat(head.length());
            List<String> last = wrapped(row.getLast(), room);
            for (int i = 0; i < last.size(); i++) {
                lines.add(((i == 0 ? head : indent) + last.get(i)).stripTrailing());
            }
        }
        return lines;
    }

    private int width(int column) {
        return rows.stream()
                .filter(r -> r.size() - 1 > column)
                .mapToInt(r -> r.get(column).length())
                .max()
                .orElse(0);
    }

    private static String padded(String cell, int width, boolean right) {
        String blanks = " ".repeat(width - cell.length());
        return right ? blanks + cell : cell + blanks;
    }

    private static List<String> wrapped(String text, int room) {
        List<String> lines = new ArrayList<>();
        for (String paragraph : text.split("\n", -1)) {
            String rest = paragraph.strip();
            while (rest.length() > room) {
                int at = rest.lastIndexOf(' ', room);
                int cut = at > 0 ? at : room;
                lines.add(rest.substring(0, cut));
                rest = rest.substring(cut).strip();
            }
            if (!rest.isEmpty() || lines.isEmpty()) {
                lines.add(rest);
            }
        }
        return lines;
    }
}
