/**
 * A container runtime in memory, as strict as containerd, for tests that must not need one. {@link
 * dev.caravel.cri.fake.FakeRuntime} is the whole of it; it passes the same contract tests as the
 * real one.
 */
@NullMarked
package dev.caravel.cri.fake;

import org.jspecify.annotations.NullMarked;
