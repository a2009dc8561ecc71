package dev.caravel.linux.netlink.nft;

/**
 * A rule as the kernel holds it.
 *
 * @param handle what the kernel calls it, for deletion
 */
public record KernelRule(String chain, long handle, NftRule rule) {}
