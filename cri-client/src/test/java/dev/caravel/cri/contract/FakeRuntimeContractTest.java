package dev.caravel.cri.contract;

import dev.caravel.cri.Bytes;
import dev.caravel.cri.ContainerConfig;
import dev.caravel.cri.ContainerStatus;
import dev.caravel.cri.ExecResult;
import dev.caravel.cri.RuntimeCallException;
import dev.caravel.cri.RuntimeCallException.Code;
import dev.caravel.cri.fake.FakeRuntime;
import dev.caravel.cri.fake.Program;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;

/** The contract against the fake, taught the few commands the contract uses. */
class FakeRuntimeContractTest implements SandboxContract, ContainerContract, UseContract {
    private Lab lab = fresh();

    @BeforeEach
    void start() {
        lab = fresh();
    }

    private static Lab fresh() {
        var runtime = new FakeRuntime(Clock.systemUTC());
        runtime.addImage(Containerd.IMAGE);
        runtime.programs(FakeRuntimeContractTest::program);
        runtime.onExec(FakeRuntimeContractTest::exec);
        return new Lab(runtime, runtime, Containerd.IMAGE, "/fake", "/var/log/fake", true);
    }

    private static Program program(ContainerConfig config) {
        return switch (String.join(" ", config.command())) {
            case "/bin/sh -c exit 3" -> new Program.Exits(3);
            case "/bin/sh -c exit 0" -> new Program.Exits(0);
            case "/nosuch" -> new Program.CannotStart("exec: \"/nosuch\": no such file");
            default -> Program.runs();
        };
    }

    private static ExecResult exec(
            ContainerStatus container, List<String> command, Duration timeout) {
        return switch (command.getFirst()) {
            case "sleep" ->
                    throw new RuntimeCallException(
                            "exec_sync",
                            container.id(),
                            Code.DEADLINE_EXCEEDED,
                            "timeout exceeded");
            case "cat" -> new ExecResult(0, Bytes.empty(), Bytes.empty());
            default -> new ExecResult(5, Bytes.utf8("out\n"), Bytes.utf8("err\n"));
        };
    }

    @Override
    public Lab lab() {
        return lab;
    }
}
