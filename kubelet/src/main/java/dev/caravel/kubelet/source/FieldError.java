package dev.caravel.kubelet.source;

/**
 * Why a pod cannot be taken.
 *
 * @param path the field, e.g. {@code spec.containers[0].image}
 * @param problem what is wrong with it
 */
record FieldError(String path, String problem) {

    @Override
    public String toString() {
        return path + ": " + problem;
    }
}
