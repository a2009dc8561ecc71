package dev.caravel.cri;

/** SELinux label parts; empty ones are chosen by the runtime. */
public record SelinuxOptions(String user, String role, String type, String level) {}
