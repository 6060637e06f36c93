// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Command-line arguments: {@code --name value} in any order, and plain ones. */
final class Arguments {
    private final Map<String, String> options = new LinkedHashMap<>();
    final List<String> plain = new ArrayList<>();

    /** The user has called a program wrongly. */
    static final class WrongUsage extends RuntimeException {
        private static final long serialVersionUID = 1L;

        WrongUsage(String message) {
            super(message);
        }
    }

    /** @throws WrongUsage also for options that are not in the list */
    Arguments(String[] args, String... known) {
        for (int i = 0; i < args.length; i++) {
            if (!args[i].startsWith("--")) {
                plain.add(args[i]);
                continue;
            }
            String name = args[i].substring(2);
            if (!List.of(known).contains(name)) {
                throw new WrongUsage("no option '" + args[i] + "'");
            }
            if (++i == args.length) {
                throw new WrongUsage("'--" + name + "' needs a value");
            }
            options.put(name, args[i]);
        }
    }

    String get(String name, String otherwise) {
        return options.getOrDefault(name, otherwise);
    }

    String get(String name) {
        String value = options.get(name);
        if (value == null) {
            throw new WrongUsage("'--" + name + "' is missing");
        }
        return value;
    }

    int number(String name, int otherwise) {
        String value = options.get(name);
        try {
            return value == null ? otherwise : Integer.parseInt(value);
        } catch (NumberFormatException e) {
            throw new WrongUsage("'--" + name + "' needs a number, not '" + value + "'");
        }
    }

    interface Body {
        void run() throws Exception;
    }

    /**
     * Runs a main program: {@code --help} prints the usage; exit code 0 if all went well, 1 if the work failed, 2 if the arguments
     * are wrong.
     */
    static void main(String[] args, String usage, Body body) {
        if (List.of(args).contains("--help")) {
            System.out.print(usage);
            System.exit(0);
        }
        try {
            body.run();
            System.exit(0);
        } catch (WrongUsage e) {
            System.err.print(e.getMessage() + "\n\n" + usage);
            System.exit(2);
        } catch (Throwable e) {
            e.printStackTrace();
            System.exit(1);
        }
    }
}
