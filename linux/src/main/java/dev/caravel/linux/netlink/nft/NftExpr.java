package dev.caravel.linux.netlink.nft;

/**
 * Expressions of rules. Registers are counted as the sixteen 4-byte slots 0 to 15; an address of
 * IPv6 takes four of them. {@code toString} prints about what {@code nft --debug=netlink} prints.
 */
public sealed interface NftExpr {
    /** Loads a property of the packet that is not in its bytes. */
    record Meta(MetaKey key, int into) implements NftExpr {
        @Override
        public String toString() {
            return "meta load " + key + " => slot " + into;
        }
    }

    /** Sets a property of the packet. */
    record MetaSet(MetaKey key, int from) implements NftExpr {
        @Override
        public String toString() {
            return "meta set " + key + " with slot " + from;
        }
    }

    /** Properties beside a packet's bytes ({@code NFT_META_*}). */
    enum MetaKey {
        MARK(3),
        IIFNAME(6),
        L4PROTO(16);

        private final int number;

        MetaKey(int number) {
            this.number = number;
        }

        int number() {
            return number;
        }
    }

    /** Loads bytes of the packet. */
    record Payload(Base base, int offset, int length, int into) implements NftExpr {
        /** Where the offset counts from ({@code NFT_PAYLOAD_*}). */
        public enum Base {
            LINK(0),
            NETWORK(1),
            TRANSPORT(2);

            private final int number;

            Base(int number) {
                this.number = number;
            }

            int number() {
                return number;
            }

            static Base of(int number) {
                for (Base base : values()) {
                    if (base.number == number) {
                        return base;
                    }
                }
                throw new IllegalArgumentException("payload base " + number);
            }
        }

        @Override
        public String toString() {
            return "payload load " + length + "b @ " + base + " + " + offset + " => slot " + into;
        }
    }

    /** Goes on only when a register compares so with data. */
    record Compare(int from, Op op, NftData data) implements NftExpr {
        /** Comparisons ({@code NFT_CMP_*}). */
        public enum Op {
            EQ(0),
            NEQ(1),
            LT(2),
            LTE(3),
            GT(4),
            GTE(5);

            private final int number;

            Op(int number) {
                this.number = number;
            }

            int number() {
                return number;
            }

            static Op of(int number) {
                for (Op op : values()) {
                    if (op.number == number) {
                        return op;
                    }
                }
                throw new IllegalArgumentException("comparison " + number);
            }
        }

        @Override
        public String toString() {
            return "cmp " + op + " slot " + from + " 0x" + data;
        }
    }

    /** {@code into = from & mask ^ xor}. */
    record Bitwise(int from, int into, NftData mask, NftData xor) implements NftExpr {
        @Override
        public String toString() {
            return "bitwise slot " + into + " = ( slot " + from + " & 0x" + mask + " ) ^ 0x" + xor;
        }
    }

    /** Loads a property of the connection. */
    record Conntrack(Key key, int into) implements NftExpr {
        /** Properties of a connection ({@code NFT_CT_*}). */
        public enum Key {
            STATE(0),
            STATUS(2);

            private final int number;

            Key(int number) {
                this.number = number;
            }

            int number() {
                return number;
            }
        }

        @Override
        public String toString() {
            return "ct load " + key + " => slot " + into;
        }
    }

    /** Loads the kind of an address ({@code RTN_*}) from the routing table. */
    record AddressType(boolean source, int into) implements NftExpr {
        @Override
        public String toString() {
            return "fib " + (source ? "saddr" : "daddr") + " type => slot " + into;
        }
    }

    /** Goes on only when the key in {@code from} is in the set, or is not when inverted. */
    record Lookup(String set, int from, boolean inverted) implements NftExpr {
        @Override
        public String toString() {
            return "lookup slot " + from + " set " + set + (inverted ? " 0x1" : "");
        }
    }

    /** Loads what the map holds for the key; goes on only when it holds something. */
    record MapLookup(String map, int from, int into) implements NftExpr {
        @Override
        public String toString() {
            return "lookup slot " + from + " set " + map + " => slot " + into;
        }
    }

    /** Does what the verdict map holds for the key; goes on when it holds nothing. */
    record VerdictLookup(String map, int from) implements NftExpr {
        @Override
        public String toString() {
            return "lookup slot " + from + " set " + map + " => verdict";
        }
    }

    /** Loads constant data. */
    record Immediate(int into, NftData data) implements NftExpr {
        @Override
        public String toString() {
            return "immediate slot " + into + " 0x" + data;
        }
    }

    /** Ends the rule with a verdict. */
    record Verdict(NftVerdict verdict) implements NftExpr {
        @Override
        public String toString() {
            return "immediate " + verdict;
        }
    }

    /** Loads a random number below {@code modulus}, host order. */
    record Random(int into, int modulus) implements NftExpr {
        @Override
        public String toString() {
            return "numgen slot " + into + " = random mod " + modulus;
        }
    }

    /** Rewrites the destination to the address and port in the registers. */
    record DestinationNat(int family, int addressFrom, int portFrom) implements NftExpr {
        @Override
        public String toString() {
            return "nat dnat addr slot " + addressFrom + " port slot " + portFrom;
        }
    }

    /** Rewrites the source to the address of the outgoing interface, with a random port. */
    record Masquerade() implements NftExpr {
        @Override
        public String toString() {
            return "masq fully-random";
        }
    }

    /** Answers with an ICMP port unreachable of the table's family. */
    record Reject(int code) implements NftExpr {
        @Override
        public String toString() {
            return "reject icmp code " + code;
        }
    }

    /** Adds the key in a register to a set, or lets it live on. */
    record SetUpdate(String set, int from) implements NftExpr {
        @Override
        public String toString() {
            return "dynset update " + set + " with slot " + from;
        }
    }

    /** Counts packets; what it has counted is no part of the rule. */
    record Counter() implements NftExpr {
        @Override
        public String toString() {
            return "counter";
        }
    }

    /** An iptables match as iptables-nft stores it. */
    record CompatMatch(String name, int revision, NftData info) implements NftExpr {
        @Override
        public String toString() {
            return "match " + name + " rev " + revision + " " + info;
        }
    }

    /** An iptables target as iptables-nft stores it. */
    record CompatTarget(String name, int revision, NftData info) implements NftExpr {
        @Override
        public String toString() {
            return "target " + name + " rev " + revision + " " + info;
        }
    }

    /** Something only others write; kept so that it compares unequal to everything of ours. */
    record Foreign(String name, NftData attributes) implements NftExpr {
        @Override
        public String toString() {
            return name + " " + attributes;
        }
    }
}
