// SPDX-License-Identifier: Apache-2.0
// checkpointfs refs.
#include <algorithm>
#include <iostream>
#include <map>
#include <set>
#include <vector>

#include "base/concat.h"
#include "base/human.h"
#include "cli/command.h"
#include "cli/find_index.h"
#include "cli/json.h"
#include "cli/locate.h"
#include "cli/natural_order.h"
#include "cli/options.h"
#include "cli/table.h"
#include "cli/terminal.h"

namespace json = boost::json;

namespace checkpointfs::cli {
namespace {

using Reference = index::Reader::Reference;

void add_options(OptionGroup& group) {
  add_source_option(group);
  add_index_options(group);
  add_json_option(group);
}

// The references to each state file, by its URI, in natural order of the snapshots.
std::map<std::string, std::vector<Reference>> by_file(std::vector<Reference> references) {
  std::ranges::stable_sort(references, natural_less, [](const Reference& reference) -> std::string_view {
    return reference.snapshot.path;
  });
  std::map<std::string, std::vector<Reference>> files;
  for (Reference& reference : references) files[reference.file.uri].push_back(std::move(reference));
  return files;
}

// A snapshot may need several segments of one file.
uint64_t snapshots_in(const std::vector<Reference>& references) {
  std::set<int64_t> ids;
  for (const Reference& reference : references) ids.insert(reference.snapshot.id);
  return ids.size();
}

void print_text(const std::string& argument, const std::map<std::string, std::vector<Reference>>& files) {
  using enum Table::Align;
  if (files.empty()) {
    std::cout << base::printable(argument) << ": no snapshot needs it\n";
    return;
  }
  for (const auto& [uri, references] : files) {
    const index::FileLocation& file = references.front().file;
    std::cout << base::printable(uri) << ", " << base::human_bytes(file.file_size) << ", "
              << to_string(file.status) << ": needed by "
              << base::counted(snapshots_in(references), "snapshot") << "\n";
    Table table({{"SNAPSHOT", kLeft, true}, {"AS", kLeft, true}, {"SIZE", kRight}, {"STATUS"}});
    for (const Reference& reference : references) {
      table.add({reference.snapshot.path.empty() ? "." : base::printable(reference.snapshot.path),
                 base::printable(reference.name), base::human_bytes(reference.file.length),
                 std::string(to_string(reference.file.status))});
    }
    table.print(std::cout, terminal_width(0), 2);
    if (!file.reason.empty()) std::cout << "  " << base::printable(file.reason) << "\n";
  }
}

void print_result_json(const std::map<std::string, std::vector<Reference>>& files) {
  json::array out;
  for (const auto& [uri, references] : files) {
    json::array snapshots;
    for (const Reference& reference : references) {
      snapshots.push_back(json::object{{"snapshot", json_text(reference.snapshot.path)},
                                       {"name", json_text(reference.name)},
                                       {"start", reference.file.start},
                                       {"size", reference.file.length},
                                       {"status", json_text(to_string(reference.file.status))},
                                       {"reason", json_text(reference.file.reason)}});
    }
    const index::FileLocation& file = references.front().file;
    out.push_back(json::object{{"uri", json_text(uri)},
                               {"root", json_text(file.root.path)},
                               {"path", json_text(file.path)},
                               {"file_size", file.file_size},
                               {"references", std::move(snapshots)}});
  }
  print_json(std::cout, json::object{{"files", std::move(out)}});
}

ExitCode run(const Invocation& invocation) {
  require_operands(invocation, 1, 1, "FILE");
  const std::string& argument = invocation.operands.front();
  // A URI, or a bare name of no file here, is looked for in the index that the current directory belongs to.
  const bool is_path = !has_scheme(argument) && argument.find('/') != std::string::npos;
  FoundIndex found = find_index(invocation, is_path ? argument : "", is_path);
  if (found.mount_point.empty()) refresh_found(found, "refs", invocation.has("verbose"));
  index::Reader reader(found.options.index_file);
  const auto files = by_file(locate_references(reader, found, argument));
  if (invocation.has("json")) {
    print_result_json(files);
  } else {
    print_text(argument, files);
  }
  return files.empty() ? ExitCode::kNotNeeded : ExitCode::kOk;
}

}  // namespace

const Command kRefs = {"refs", "FILE", "say which snapshots need a file", &add_options, &run};

}  // namespace checkpointfs::cli
