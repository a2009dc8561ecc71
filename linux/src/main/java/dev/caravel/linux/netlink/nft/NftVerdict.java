package dev.caravel.linux.netlink.nft;

import java.util.Locale;

/**
 * What happens to a packet next.
 *
 * @param chain where to go for {@link Code#JUMP} and {@link Code#GOTO}, empty otherwise
 */
public record NftVerdict(Code code, String chain) implements NftValue {
    /** Verdict codes ({@code NF_DROP}, {@code NF_ACCEPT}, {@code NFT_*}). */
    public enum Code {
        DROP(0),
        ACCEPT(1),
        CONTINUE(-1),
        BREAK(-2),
        JUMP(-3),
        GOTO(-4),
        RETURN(-5);

        private final int number;

        Code(int number) {
            this.number = number;
        }

        int number() {
            return number;
        }

        static Code of(int number) {
            for (Code code : values()) {
                if (code.number == number) {
                    return code;
                }
            }
            throw new IllegalArgumentException("verdict code " + number);
        }
    }

    /** The packet ends here. */
    public static final NftVerdict DROP = new NftVerdict(Code.DROP, "");

    /** The packet passes this hook's chain. */
    public static final NftVerdict ACCEPT = new NftVerdict(Code.ACCEPT, "");

    /** Back to the chain that jumped here. */
    public static final NftVerdict RETURN = new NftVerdict(Code.RETURN, "");

    public NftVerdict {
        if ((code == Code.JUMP || code == Code.GOTO) == chain.isEmpty()) {
            throw new IllegalArgumentException(code + " with chain \"" + chain + "\"");
        }
    }

    /** On to another chain, without return. */
    public static NftVerdict goTo(String chain) {
        return new NftVerdict(Code.GOTO, chain);
    }

    /** To another chain and back. */
    public static NftVerdict jump(String chain) {
        return new NftVerdict(Code.JUMP, chain);
    }

    @Override
    public String toString() {
        String name = code.name().toLowerCase(Locale.ROOT);
        return chain.isEmpty() ? name : name + " " + chain;
    }
}
