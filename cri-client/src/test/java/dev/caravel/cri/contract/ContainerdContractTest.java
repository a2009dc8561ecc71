package dev.caravel.cri.contract;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.caravel.cri.CallObserver;
import dev.caravel.cri.grpc.GrpcContainerRuntime;
import dev.caravel.cri.grpc.GrpcImageService;
import dev.caravel.cri.grpc.RuntimeConnection;
import dev.caravel.cri.grpc.RuntimeEndpoint;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/** The contract against a real containerd. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ContainerdContractTest implements SandboxContract, ContainerContract, UseContract {
    private @Nullable Containerd containerd;
    private @Nullable RuntimeConnection connection;
    private @Nullable Lab lab;

    @BeforeAll
    void startContainerd() throws Exception {
        var missing = Containerd.missing();
        missing.ifPresent(why -> System.err.println("Skipped: containerd contract: " + why));
        assumeTrue(missing.isEmpty(), () -> missing.orElse(""));
        containerd = Containerd.start();
        connection = RuntimeConnection.open(new RuntimeEndpoint(containerd.socket()));
        var limit = Duration.ofMinutes(1);
        lab =
                new Lab(
                        new GrpcContainerRuntime(connection, limit, CallObserver.NONE),
                        new GrpcImageService(connection, limit, CallObserver.NONE),
                        Containerd.IMAGE,
                        containerd.cgroupParent(),
                        containerd.folder() + "/logs",
                        containerd.majorVersion() >= 2);
    }

    @AfterEach
    void removePods() {
        lab().removePods();
    }

    @AfterAll
    void stopContainerd() throws Exception {
        if (connection != null) {
            connection.close();
        }
        if (containerd != null) {
            containerd.stop();
        }
    }

    @Override
    public Lab lab() {
        return Objects.requireNonNull(lab);
    }
}
