// SPDX-License-Identifier: Apache-2.0
// The program: finds the command, runs it, and turns its result into an exit code.
#include <nss.h>

#include <algorithm>
#include <iostream>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/errors.h"
#include "base/path.h"
#include "base/text/message.h"
#include "base/text/format.h"
#include "cli/arguments/command.h"
#include "cli/arguments/options.h"
#include "cli/arguments/other_words.h"
#include "cli/arguments/paths.h"
#include "cli/completion/completion.h"
#include "cli/mounting/mount_helper.h"
#include "cli/output/interrupts.h"
#include "cli/output/messages.h"
#include "cli/output/suggestion.h"
#include "cli/rclone/mounted_sources.h"
#include "cli/version.h"
#ifdef CHECKPOINTFS_STATE
#include "cli/state/state_text.h"
#include "fs/state/state_request.h"
#endif

namespace checkpointfs::cli {
namespace {

using Arguments = std::vector<std::string>;

void print_overview(std::ostream& out) {
  out << "Usage: checkpointfs COMMAND [OPTION]... [ARGUMENT]...\n"
         "Shows Apache Flink's retained checkpoints as directories that can be copied,\n"
         "moved and restored from.\n\n"
         "Commands:\n";
  for (const CommandGroup& group : command_groups()) {
    out << " " << group.title << "\n";
    for (const Command& command : group.commands) {
      std::string name(command.name);
      name.resize(11, ' ');
      out << "  " << name << command.summary << "\n";
    }
  }
  out << "\nOptions of every command: --quiet, --help. Of the program: --help, --version\n"
         "\nExamples:\n"
         "  $ checkpointfs list /data/flink/checkpoints\n"
         "  $ checkpointfs mount /data/flink/checkpoints /mnt/checkpoints\n"
         "\n'checkpointfs help COMMAND' prints the options of a command and examples,\n"
         "'man checkpointfs' describes everything.\n";
}

const Command& command_named(const std::string& name) {
  if (const Command* const found = find_command(name)) return *found;
  Arguments names = {"help", "version", "--help", "--version"};
  for (const Command& command : commands()) names.emplace_back(command.name);
  for (const OtherWord& other : other_words()) names.emplace_back(other.word);
  const std::string near = suggestion(name, names);
  throw base::Failure(base::FailureKind::kUsage,
                      base::format("unknown command {}; {}", name,
                                   near.empty() ? "'checkpointfs --help' lists them"
                                                : base::format("did you mean 'checkpointfs {}'?", near)));
}

// Returns the number of operands, from the first, that may be sources; nothing if the command mounts sources
// by itself, or takes none.
std::optional<size_t> operands_with_sources(const Command& command, const Invocation& invocation) {
  if (command.name == "mount" || command.name == "umount") return std::nullopt;
  const size_t operands = invocation.operands.size();
  const bool has_target = command.name == "plan" || command.name == "export";
  return has_target && operands > 0 ? operands - 1 : operands;
}

MessageForm form_of(const Arguments& arguments) {
  return asks_for_json(arguments) ? MessageForm::kJson : MessageForm::kText;
}

ExitCode run_command(const Command& command, const Arguments& arguments) {
  Invocation invocation = parse(command, arguments);
  if (invocation.has("quiet")) set_messages(form_of(arguments), Remarks::kSilenced);
  if (invocation.has("help")) {
    print_help(std::cout, command);
    return ExitCode::kOk;
  }
  std::optional<MountedSources> mounted;
  if (const auto operands = operands_with_sources(command, invocation)) {
    const bool are_sources = command.usage.find("SOURCE") != std::string_view::npos;
    mounted.emplace(invocation, *operands,
                    are_sources ? MountedSources::Operands::kSources : MountedSources::Operands::kFiles);
  }
  return command.run(invocation);
}

ExitCode run_program(const std::string& program, Arguments arguments) {
  if (base::last_component(program) == "mount.checkpointfs" || is_of_mount_fuse(arguments)) {
    const auto mount_command = mount_arguments(arguments);
    return mount_command ? run_command(kMount, *mount_command) : ExitCode::kOk;
  }
  if (arguments.empty()) {
    print_overview(std::cerr);
    return ExitCode::kUsage;
  }
  set_messages(form_of(arguments), Remarks::kPrinted);
  arguments = in_own_words(std::move(arguments));
  const std::string first = arguments.front();
  arguments.erase(arguments.begin());
  if (first == "--version" || first == "-V" || first == "version") {
    std::cout << version_text();
    return ExitCode::kOk;
  }
  if (first == kCompleteCommand) {
    answer_shell(arguments);
    return ExitCode::kOk;
  }
  if (first == "--help" || first == "-h" || (first == "help" && arguments.empty())) {
    print_overview(std::cout);
    return ExitCode::kOk;
  }
#ifdef CHECKPOINTFS_STATE
  if (first == fs::kStateTextCommand) return print_state_text(arguments);
#endif
  if (first == "help") {
    return run_command(command_named(in_own_words({arguments.front()}).front()), {"--help"});
  }
  return run_command(command_named(first), arguments);
}

// Runs the program. Exceptions become exit codes here and nowhere else.
ExitCode guarded(int argc, char** argv) {
#ifdef CHECKPOINTFS_STATIC
  // Only what is linked in: a module of the host for LDAP or systemd may be of another glibc.
  ::__nss_configure_lookup("passwd", "files");
#endif
  try {
    const ExitCode code = run_program(argv[0], Arguments(argv + std::min(argc, 1), argv + argc));
    std::cout.flush();
    if (!std::cout) throw std::runtime_error("cannot write the result; is the disk full?");
    return code;
  } catch (const std::exception& e) {
    const Outcome outcome = outcome_of(e);
    print_outcome(outcome);
    if (outcome.signal != 0) end_by_signal(outcome.signal);
    return outcome.code;
  }
}

}  // namespace
}  // namespace checkpointfs::cli

int main(int argc, char** argv) {
  return static_cast<int>(checkpointfs::cli::guarded(argc, argv));
}
