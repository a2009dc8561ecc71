package dev.caravel.kubelet.plan;

/** What a finished action left behind that the planner or the status needs to know. */
public sealed interface Outcome {

    /** Nothing beyond having succeeded. */
    record Success() implements Outcome {}

    /**
     * The image is here.
     *
     * @param imageId what to put into the container's configuration
     */
    record ImagePresent(String imageId) implements Outcome {}

    /** A container was started by this process. */
    record Started(String containerId) implements Outcome {}
}
