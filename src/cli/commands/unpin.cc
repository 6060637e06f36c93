// SPDX-License-Identifier: Apache-2.0
// checkpointfs unpin.
#include <algorithm>
#include <iostream>

#include "base/errors.h"
#include "base/path.h"
#include "base/text/message.h"
#include "base/text/format.h"
#include "base/text/shell.h"
#include "cli/arguments/command.h"
#include "cli/arguments/options.h"
#include "cli/arguments/paths.h"
#include "cli/query/pin_sources.h"
#include "cli/removals/removal_command.h"
#include "cli/removals/removal_output.h"
#include "pins/pins.h"
#include "removal/apply/remember.h"
#include "removal/apply/unpin.h"

namespace checkpointfs::cli {
namespace {

struct NamedPin {
  std::string source;
  std::string name;
};

void add_unpin_options(OptionGroup& group) {
  add_survey_options(group);
  add_forget_option(group);
  add_source_option(group);
  add_index_options(group);
}

// Parses the path of a pin's directory: "<source>/.checkpointfs/pins/<name>". Symbolic links are not
// resolved.
std::optional<NamedPin> pin_by_path(const std::string& operand) {
  if (operand.find('/') == std::string::npos) return std::nullopt;
  const std::string path = absolute_path(operand);
  const std::string name(base::last_component(path));
  const std::string source(base::parent(base::parent(base::parent(path))));
  if (path != base::join(source, pins::pin_path(name))) return std::nullopt;
  return NamedPin{source, name};
}

NamedPin pin_by_name(const std::string& name, const std::vector<std::string>& sources) {
  std::vector<std::string> having;
  for (const std::string& source : sources) {
    const std::vector<pins::Pin> pins = pins::list_pins(source);
    if (std::ranges::find(pins, name, &pins::Pin::name) != pins.end()) having.push_back(source);
  }
  if (having.size() == 1) return {having.front(), name};
  std::string all;
  for (const std::string& source : sources) all += base::format(" {}", base::shell_quoted(source));
  throw base::Failure(base::FailureKind::kSource,
                      having.empty()
                          ? base::format("no pin is called {}; 'checkpointfs pins{}' lists them", name, all)
                          : base::format("several sources have a pin {}; choose one with --source", name));
}

void require_name(const std::string& name) {
  const std::string_view problem = pins::pin_name_problem(name);
  if (!problem.empty())
    throw base::Failure(base::FailureKind::kUsage,
                        base::format("{} is not a valid name of a pin: {}", name, problem));
}

// Finds all pins, before anything is removed.
std::vector<NamedPin> find_all(const Invocation& invocation, storage::DiskOperations& disk) {
  std::vector<NamedPin> all;
  std::optional<std::vector<std::string>> sources;
  for (const std::string& operand : invocation.operands) {
    std::optional<NamedPin> pin = pin_by_path(operand);
    require_name(pin ? pin->name : operand);
    if (!pin) {
      if (!sources) {
        sources = pin_sources(invocation, invocation.texts("source"));
        for (const std::string& source : *sources) pins::remove_pin_leftovers(source, disk);
      }
      pin = pin_by_name(operand, *sources);
    }
    all.push_back(std::move(*pin));
  }
  return all;
}

void require_pin(const std::string& source, const std::string& name) {
  if (pins::check_pin(source, name)) return;
  throw base::Failure(base::FailureKind::kSource,
                      base::format("{} does not exist", base::join(source, pins::pin_path(name))));
}

ExitCode run_unpin(const Invocation& invocation) {
  require_operands(invocation, 1, SIZE_MAX, "NAME...");
  storage::DiskOperations disk;
  const std::vector<NamedPin> all = find_all(invocation, disk);
  for (const auto& [source, name] : all) require_pin(source, name);
  for (const auto& [source, name] : all) {
    // Reads each source again for each pin: a snapshot may have been restored from the next pin just now.
    FoundIndex found = find_index(invocation, source, true);
    const removal::Storage storage =
        with_survey_options(open_storage(invocation, found, "unpin"), invocation);
    const removal::Survey survey = survey_all(storage, invocation);
    removal::Trashes trashes({source}, disk);
    removal::forget(storage, trashes, disk);
    const auto [plan, pin] = removal::unpin(source, name, survey, trashes, disk);
    std::cout << base::printable(name) << " is no longer pinned: " << base::counted(pin.files, "file") << ", "
              << base::human_bytes(pin.bytes) << ", moved into the trash as plan " << base::printable(plan)
              << "\n'" << trash_command({source}, "restore", plan) << "' restores it, '"
              << trash_command({source}, "purge --apply", plan) << "' frees "
              << base::human_bytes(pin.exclusive_bytes) << "\n";
  }
  return ExitCode::kOk;
}

}  // namespace

const Command kUnpin = {"unpin",
                        "NAME...",
                        "remove pins",
                        &add_unpin_options,
                        &run_unpin,
                        "$ checkpointfs unpin before-upgrade\n"
                        "$ checkpointfs unpin --source /data/flink/checkpoints before-upgrade\n"};

}  // namespace checkpointfs::cli
