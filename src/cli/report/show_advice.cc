// SPDX-License-Identifier: Apache-2.0
#include "cli/report/show_advice.h"

#include <iostream>

#include "base/text/message.h"
#include "base/text/format.h"
#include "cli/output/json.h"
#include "cli/output/terminal.h"
#include "flink/restore_advice.h"

namespace checkpointfs::cli {
namespace {

constexpr std::string_view kSomewhere = "file:///WHERE/THE/COPY/LIES";

// Returns the reason why no copy of the snapshot can be restored; "" if a copy can.
std::string obstacle(const index::Snapshot& snapshot) {
  if (index::is_sound(snapshot.status)) return {};
  return base::format("{}: {}", to_string(snapshot.status), snapshot.reason);
}

}  // namespace

bool print_advice(const index::Snapshot& snapshot, const std::optional<std::string>& copy) {
  const std::string name = snapshot.path.empty() ? "." : base::printable(snapshot.path);
  if (const std::string why = obstacle(snapshot); !why.empty()) {
    std::cout << name << " cannot be restored: " << base::printable(why) << "\n";
    return false;
  }
  const size_t width = terminal_width(110);
  std::cout << name << ": the copy is read by Flink " << flink::oldest_reader(snapshot.version)
            << " and later\n";
  const std::string uri = copy.value_or(std::string(kSomewhere));
  for (const flink::RestoreCommand& way :
       flink::restore_commands(snapshot.version, snapshot.has_changelog, uri)) {
    std::cout << "\n" << (way.mode.starts_with("before") ? "Flink " : "") << way.mode;
    if (!way.mount.empty()) std::cout << ", copied from a mount with " << way.mount;
    std::cout << ":\n  " << base::printable(way.command) << "\n  " << wrapped(way.note, 2, width) << "\n";
  }
  if (snapshot.has_changelog)
    std::cout << "\n" << wrapped(flink::changelog_advice(snapshot.version), 0, width) << "\n";
  return true;
}

bool print_advice_json(const index::Snapshot& snapshot, const std::optional<std::string>& copy) {
  const std::string why = obstacle(snapshot);
  JsonArray ways;
  if (why.empty()) {
    const std::string uri = copy.value_or(std::string(kSomewhere));
    for (const flink::RestoreCommand& way :
         flink::restore_commands(snapshot.version, snapshot.has_changelog, uri)) {
      ways.push_back(
          JsonObject{{"mode", way.mode}, {"mount", way.mount}, {"command", way.command}, {"note", way.note}});
    }
  }
  print_json(std::cout, JsonObject{{"path", snapshot.path},
                                   {"obstacle", why},
                                   {"oldest_reader", flink::oldest_reader(snapshot.version)},
                                   {"ways", std::move(ways)}});
  return why.empty();
}

}  // namespace checkpointfs::cli
