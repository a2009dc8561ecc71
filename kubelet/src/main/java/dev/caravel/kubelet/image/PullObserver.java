package dev.caravel.kubelet.image;

import java.time.Duration;
import java.util.function.Supplier;

/** Hears how the pull of an image for one container goes. Called on the thread that asked. */
public interface PullObserver {

    /** Nobody listens. */
    PullObserver NONE =
            new PullObserver() {
                @Override
                public void pulling(Supplier<String> state) {}

                @Override
                public void pulled(Duration waited) {}
            };

    /**
     * The image has to be pulled.
     *
     * @param state what the pull is at, in words, asked anew at each reading
     */
    void pulling(Supplier<String> state);

    /**
     * The image is here.
     *
     * @param waited how long the pull waited for its turn or for the pull of another pod
     */
    void pulled(Duration waited);
}
