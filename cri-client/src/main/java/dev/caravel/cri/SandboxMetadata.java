package dev.caravel.cri;

/** Which pod a sandbox belongs to, and which try it is. */
public record SandboxMetadata(String name, String namespace, String uid, int attempt) {}
