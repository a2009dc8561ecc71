package dev.caravel.kubelet.facts;

/** The part of a kernel release that features depend on. */
public record KernelVersion(int major, int minor) implements Comparable<KernelVersion> {

    /**
     * Reads the start of {@code uname -r}, e.g. {@code 6.1.0-32-amd64}.
     *
     * @throws IllegalArgumentException when it does not start with two numbers
     */
    public static KernelVersion parse(String release) {
        int dot = release.indexOf('.');
        if (dot > 0) {
            int end = dot + 1;
            while (end < release.length() && Character.isDigit(release.charAt(end))) {
                end++;
            }
            try {
                return new KernelVersion(
                        Integer.parseInt(release.substring(0, dot)),
                        Integer.parseInt(release.substring(dot + 1, end)));
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException(unreadable(release), e);
            }
        }
        throw new IllegalArgumentException(unreadable(release));
    }

    private static String unreadable(String release) {
        return "Kernel release '" + release + "' does not start with major.minor";
    }

    @Override
    public int compareTo(KernelVersion other) {
        return major != other.major
                ? Integer.compare(major, other.major)
                : Integer.compare(minor, other.minor);
    }
}
