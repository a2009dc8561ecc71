package dev.caravel.linux.netlink.nft;

/**
 * One step of a transaction. Each says what it needs to succeed; a step that fails makes the kernel
 * drop the whole transaction. {@code toString} prints it about as the nft program takes it.
 */
public sealed interface NftOp {
    /** The table it works in. */
    NftTable table();

    /** Creates the table; an existing one stays as it is. */
    record AddTable(NftTable table, String comment) implements NftOp {
        @Override
        public String toString() {
            return "add table " + table;
        }
    }

    /** Removes the table with everything in it; it must exist. */
    record DeleteTable(NftTable table) implements NftOp {
        @Override
        public String toString() {
            return "delete table " + table;
        }
    }

    /** Creates the chain; an existing one must have the same hook and stays as it is. */
    record AddChain(NftTable table, NftChain chain) implements NftOp {
        @Override
        public String toString() {
            return "add chain " + table + " " + chain;
        }
    }

    /** Removes all rules of a chain, which must exist. */
    record FlushChain(NftTable table, String chain) implements NftOp {
        @Override
        public String toString() {
            return "flush chain " + table + " " + chain;
        }
    }

    /** Removes a chain with its rules; nothing may refer to it any more. */
    record DeleteChain(NftTable table, String chain) implements NftOp {
        @Override
        public String toString() {
            return "delete chain " + table + " " + chain;
        }
    }

    /** Puts a rule at the end of a chain. */
    record AddRule(NftTable table, String chain, NftRule rule) implements NftOp {
        @Override
        public String toString() {
            return "add rule " + table + " " + chain + " " + rule;
        }
    }

    /** Puts a rule at the head of a chain. */
    record InsertRule(NftTable table, String chain, NftRule rule) implements NftOp {
        @Override
        public String toString() {
            return "insert rule " + table + " " + chain + " " + rule;
        }
    }

    /** Removes one rule by its handle. */
    record DeleteRule(NftTable table, String chain, long handle) implements NftOp {
        @Override
        public String toString() {
            return "delete rule " + table + " " + chain + " handle " + handle;
        }
    }

    /** Creates a set or map; an existing one must have the same shape. */
    record AddSet(NftTable table, NftSet set) implements NftOp {
        @Override
        public String toString() {
            return "add " + (set.isMap() ? "map " : "set ") + table + " " + set;
        }
    }

    /** Removes all elements of a set or map, which must exist. */
    record FlushSet(NftTable table, String set) implements NftOp {
        @Override
        public String toString() {
            return "flush set " + table + " " + set;
        }
    }

    /** Removes a set or map; no rule may refer to it any more. */
    record DeleteSet(NftTable table, String set) implements NftOp {
        @Override
        public String toString() {
            return "delete set " + table + " " + set;
        }
    }

    /** Adds an element; the same key with another value must have been deleted before. */
    record AddElement(NftTable table, String set, NftElement element) implements NftOp {
        @Override
        public String toString() {
            return "add element " + table + " " + set + " { " + element + " }";
        }
    }

    /** Removes an element, which must exist. */
    record DeleteElement(NftTable table, String set, NftData key) implements NftOp {
        @Override
        public String toString() {
            return "delete element " + table + " " + set + " { " + key + " }";
        }
    }
}
