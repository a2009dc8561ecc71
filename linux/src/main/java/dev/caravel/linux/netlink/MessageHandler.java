package dev.caravel.linux.netlink;

/** Takes one message of a dump. */
@FunctionalInterface
public interface MessageHandler {
    /**
     * Reads one message; {@code buffer} is used again afterwards.
     *
     * @param type message type from the header
     * @param buffer holds the message's payload from {@code from} up to {@code to}, header excluded
     */
    void message(int type, byte[] buffer, int from, int to);
}
