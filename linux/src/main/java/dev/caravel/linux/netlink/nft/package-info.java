/**
 * nf_tables as data: tables, chains, rules, sets and their elements are records, a {@link
 * dev.caravel.linux.netlink.nft.NftTransaction} is a list of operations on them, and one class
 * turns it into messages. What the kernel holds is read back into the same records, so that a
 * difference is a comparison. Numbers are those of {@code linux/netfilter/nf_tables.h}.
 */
@NullMarked
package dev.caravel.linux.netlink.nft;

import org.jspecify.annotations.NullMarked;
