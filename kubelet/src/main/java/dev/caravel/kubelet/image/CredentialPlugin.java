package dev.caravel.kubelet.image;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** A program that knows credentials for registries. */
interface CredentialPlugin {

    /**
     * Asks for credentials, waiting for the answer.
     *
     * @throws IOException when the plugin fails or answers nonsense; the message shows no secret
     */
    Answer ask(Question question) throws IOException, InterruptedException;

    /**
     * What is asked; printing it shows no token.
     *
     * @param image repository with its registry
     * @param token of the pod's service account, empty when the plugin wants none
     * @param annotations of the service account
     */
    record Question(String image, Optional<String> token, Map<String, String> annotations) {
        public Question {
            annotations = Map.copyOf(annotations);
        }

        @Override
        public String toString() {
            return "Question[image=" + image + "]";
        }
    }

    /**
     * What is answered.
     *
     * @param scope what else it is good for
     * @param cacheDuration how long, empty for the default of the configuration
     */
    record Answer(DockerConfig config, Scope scope, Optional<Duration> cacheDuration) {}

    /** What an answer is good for. */
    enum Scope {
        IMAGE,
        REGISTRY,
        GLOBAL
    }
}
