package dev.caravel.config.flags;

import java.util.ArrayList;
import java.util.List;

/**
 * Lists in one flag: separated by commas, quoted like one line of CSV where an item holds a comma.
 */
final class CommaList {

    private final String text;
    private int at;

    private CommaList(String text) {
        this.text = text;
    }

    /** The items of {@code text}; none when it is empty. */
    static List<String> read(String text) throws FlagValueException {
        List<String> items = new ArrayList<>();
        CommaList list = new CommaList(text);
        while (!text.isEmpty() && list.at <= text.length()) {
            boolean quoted = list.at < text.length() && text.charAt(list.at) == '"';
            items.add(quoted ? list.quotedItem() : list.plainItem());
            list.at++;
        }
        return items;
    }

    private String plainItem() throws FlagValueException {
        int comma = text.indexOf(',', at);
        int end = comma < 0 ? text.length() : comma;
        String item = text.substring(at, end);
        if (item.indexOf('"') >= 0) {
            throw new FlagValueException("has a quote inside an item that does not start with one");
        }
        at = end;
        return item;
    }

    private String quotedItem() throws FlagValueException {
        StringBuilder item = new StringBuilder();
        for (at++; at < text.length(); at++) {
            char c = text.charAt(at);
            boolean next = at + 1 < text.length();
            if (c != '"') {
                item.append(c);
            } else if (next && text.charAt(at + 1) == '"') {
                item.append(c);
                at++;
            } else if (!next || text.charAt(at + 1) == ',') {
                at++;
                return item.toString();
            } else {
                break;
            }
        }
        throw new FlagValueException("has a quote that is not closed");
    }
}
