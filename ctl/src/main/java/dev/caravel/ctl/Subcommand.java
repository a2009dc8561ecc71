package dev.caravel.ctl;

import java.util.List;

/**
 * A sub-command.
 *
 * @param words what it is called by, such as {@code config check}
 * @param parameters what it takes, for the usage text
 * @param summary what it does, for the usage text
 * @param action what runs
 */
record Subcommand(String words, String parameters, String summary, Action action) {

    /** What a sub-command does. */
    interface Action {

        /** Takes the arguments behind the words and gives the exit code, see {@link ExitCode}. */
        int run(List<String> args, Terminal terminal);
    }

    /** Every sub-command there is. A new one is a new row. */
    static List<Subcommand> all() {
        return List.of(
                new Subcommand(
                        "explain pod",
                        "[NAMESPACE/NAME] [--root-dir DIR of the kubelet]",
                        "tell what a pod of this node waits for and why, or list the node's pods",
                        ExplainPod::run),
                new Subcommand(
                        "config check",
                        "FILE [--config-dir DIR] [flags of the agent]",
                        "show the configuration in effect, where it comes from and all that is wrong",
                        ConfigCheck::run));
    }

    /** One entry a command. */
    static String usage() {
        StringBuilder text = new StringBuilder("Usage: caravel COMMAND\n\n");
        for (Subcommand command : all()) {
            text.append("  ").append(command.synopsis()).append('\n');
            text.append("      ").append(command.summary).append('\n');
        }
        return text.toString();
    }

    /** Whether {@code args} start with this command's words. */
    boolean isCalledBy(List<String> args) {
        List<String> names = names();
        return args.size() >= names.size() && args.subList(0, names.size()).equals(names);
    }

    /** Runs the command, or explains it when only help is asked for. */
    int run(List<String> args, Terminal terminal) {
        List<String> rest = args.subList(names().size(), args.size());
        if (rest.equals(List.of("--help")) || rest.equals(List.of("-h"))) {
            terminal.out().println("Usage: caravel " + synopsis() + "\n\n" + summary);
            return ExitCode.OK;
        }
        return action.run(rest, terminal);
    }

    private String synopsis() {
        return words + " " + parameters;
    }

    private List<String> names() {
        return List.of(words.split(" ", -1));
    }
}
