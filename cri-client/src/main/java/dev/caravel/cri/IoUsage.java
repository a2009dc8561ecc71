package dev.caravel.cri;

import java.time.Instant;
import java.util.Optional;

/** Input/output pressure at one instant. */
public record IoUsage(Instant timestamp, Optional<PsiStats> psi) {}
