package dev.caravel.ctl;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The {@code caravel} command. */
public final class CaravelMain {

    private CaravelMain() {}

    /** Runs the sub-command that {@code args} name and ends the process with its exit code. */
    public static void main(String[] args) {
        Terminal terminal =
                new Terminal(
                        new PrintStream(System.out, false, StandardCharsets.UTF_8),
                        new PrintStream(System.err, false, StandardCharsets.UTF_8));
        int code = run(List.of(args), terminal);
        terminal.flush();
        System.exit(code);
    }

    /** The same without ending the process. */
    static int run(List<String> args, Terminal terminal) {
        if (args.isEmpty() || args.getFirst().equals("--help") || args.getFirst().equals("-h")) {
            terminal.out().print(Subcommand.usage());
            return args.isEmpty() ? ExitCode.USAGE : ExitCode.OK;
        }
        for (Subcommand command : Subcommand.all()) {
            if (command.isCalledBy(args)) {
                return command.run(args, terminal);
            }
        }
        terminal.err().println("caravel: there is no command \"" + String.join(" ", args) + "\"");
        terminal.err().print(Subcommand.usage());
        return ExitCode.USAGE;
    }
}
