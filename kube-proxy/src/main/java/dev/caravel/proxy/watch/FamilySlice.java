package dev.caravel.proxy.watch;

import dev.caravel.linux.ip.IpFamily;
import dev.caravel.proxy.table.SliceEntry;

/** A slice and the address family of its endpoints. */
public record FamilySlice(IpFamily family, SliceEntry slice) {}
