// SPDX-License-Identifier: Apache-2.0
#include "cli/query/find_index.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "base/errors.h"
#include "base/path.h"
#include "base/text/message.h"
#include "base/text/shell.h"
#include "cli/arguments/options.h"
#include "cli/arguments/paths.h"
#include "cli/query/mount_lookup.h"
#include "cli/query/scope.h"
#include "cli/query/update_index.h"
#include "cli/rclone/rclone_source.h"
#include "flink/names.h"
#include "index/database/is_made.h"
#include "index/read/reader.h"
#include "index/scan/default_file.h"
#include "storage/projected_name.h"

namespace checkpointfs::cli {
namespace {

// The known index with the widest source around a path; among equals, the one with the most sources.
struct Around {
  KnownIndex index;
  std::string source;  // the one of the index that holds the path
};
std::optional<Around> known_around(const std::vector<KnownIndex>& all, const std::string& path) {
  std::optional<Around> best;
  for (const KnownIndex& index : all) {
    for (const std::string& source : index.sources) {
      struct stat st = {};
      if (!base::path_below(path, source) || ::stat(source.c_str(), &st) != 0) continue;
      const auto width = [](const Around& around) {
        return std::pair(-static_cast<ssize_t>(around.source.size()), around.index.sources.size());
      };
      Around around{index, source};
      if (!best || width(around) > width(*best)) best = std::move(around);
    }
  }
  return best;
}

// Mappings that the user gave for narrower sources hold for the wide source too.
void take_mappings(const std::vector<KnownIndex>& all, const std::string& wide, index::Options* options) {
  const auto has = [](const std::vector<storage::Mapping>& mappings, const storage::Mapping& mapping) {
    return std::ranges::find(mappings, mapping.uri_prefix, &storage::Mapping::uri_prefix) != mappings.end();
  };
  const std::vector<storage::Mapping> own = index::given_mappings(options->index_file);
  for (const KnownIndex& known : all) {
    const bool overlaps = std::ranges::any_of(
        known.sources, [&](const std::string& source) { return base::path_below(source, wide).has_value(); });
    if (!overlaps) continue;
    for (storage::Mapping& mapping : index::given_mappings(known.file)) {
      if (!has(own, mapping) && !has(options->mappings, mapping))
        options->mappings.push_back(std::move(mapping));
    }
  }
}

[[noreturn]] void refuse_unknown(const std::string& what) {
  throw base::Failure(
      base::FailureKind::kUsage,
      base::format("no known index holds {}; name the checkpoint storage with --source DIR", what));
}

// The root directory is never a source. A snapshot that lies in it is its own source.
std::string guess_below_root(const std::string& real) {
  const std::string guess = guess_source(real);
  if (guess != "/") return guess;
  const std::string directory(base::last_component(real) == flink::kMetadataFile ? base::parent(real) : real);
  if (::access(base::join(directory, flink::kMetadataFile).c_str(), F_OK) != 0) refuse_unknown(real);
  return directory;
}

// Finds an index without help of the user, never narrower than what is known or lies around the path.
void find_by_path(const std::string& real, bool may_guess, FoundIndex* found) {
  const std::vector<KnownIndex> all = known_indexes();
  const auto known = known_around(all, real);
  std::string wide = marked_around(real);
  if (known && (wide.empty() || known->source.size() < wide.size())) wide = known->source;
  if (wide.empty()) {
    if (!may_guess || ::access(real.c_str(), F_OK) != 0) refuse_unknown(real);
    wide = guess_below_root(real);
  }
  wide = storage_around(wide);
  found->chosen = Chosen::kByProgram;
  if (known && wide == known->source) {
    found->options.index_file = known->index.file;
    found->options.sources = known->index.sources;
    return;
  }
  found->options.sources = {wide};
  if (known) {
    for (const std::string& other : known->index.sources) {
      if (!base::path_below(other, wide)) found->options.sources.push_back(other);
    }
  }
  found->options.index_file = index::default_index_file(found->options.sources);
  take_mappings(all, wide, &found->options);
}

// True of an index whose first scan was killed: it has no sources.
bool was_interrupted(const index::Options& options) {
  return options.sources.empty() && ::access(options.index_file.c_str(), F_OK) == 0 &&
         !index::is_made(options.index_file);
}

}  // namespace

FoundIndex find_index(const Invocation& invocation, const std::string& path, bool may_guess) {
  FoundIndex found;
  found.options = index_options(invocation, invocation.texts("source"));
  found.given_mappings = given_mappings(invocation);
  const std::string real = real_path(path.empty() ? "." : path);
  found.mount_point = mount_around(real).value_or("");
  if (!found.options.index_file.empty()) {
    if (may_guess && !path.empty() && was_interrupted(found.options)) {
      FoundIndex around;
      find_by_path(real, true, &around);
      found.options.sources = around.options.sources;
      found.chosen = Chosen::kByProgram;
    }
    return found;
  }
  if (!found.options.sources.empty()) {
    found.options.index_file = index::default_index_file(found.options.sources, invocation.store_names);
  } else if (!found.mount_point.empty()) {
    found.options.index_file = index_of_mount(found.mount_point);
  } else {
    find_by_path(real, may_guess && !path.empty(), &found);
  }
  return found;
}

namespace {

// A mapping of --map holds for one command. Its results go to an index of their own, beside the shared index,
// so that no other command sees them.
void set_apart(FoundIndex& found) {
  index::Options& options = found.options;
  if (found.given_mappings.empty()) return;
  for (storage::Mapping& kept : index::given_mappings(options.index_file)) {
    if (std::ranges::find(options.mappings, kept.uri_prefix, &storage::Mapping::uri_prefix) ==
        options.mappings.end())
      options.mappings.push_back(std::move(kept));
  }
  std::vector<std::string> all;
  for (const storage::Mapping& mapping : options.mappings)
    all.push_back(base::format("{}={}", mapping.uri_prefix, real_path(mapping.directory)));
  std::ranges::sort(all);
  std::string text;
  for (const std::string& one : all) text += one + '\0';
  options.index_file += base::format("-mapped-{}", storage::hash_digits(text, 16));
}

}  // namespace

FoundIndex index_of_sources(const Invocation& invocation, const std::vector<std::string>& sources) {
  FoundIndex found;
  found.options = index_options(invocation, sources);
  found.given_mappings = given_mappings(invocation);
  if (found.options.index_file.empty())
    found.options.index_file = index::default_index_file(found.options.sources, invocation.store_names);
  return found;
}

std::vector<std::string> sources_of(const FoundIndex& found) {
  if (!found.options.sources.empty()) return found.options.sources;
  if (!index::is_made(found.options.index_file)) {
    throw base::Failure(
        base::FailureKind::kIndex,
        base::format("index {} was never completed; build it with 'checkpointfs index --index {} SOURCE'",
                     found.options.index_file, base::shell_quoted(found.options.index_file)));
  }
  std::vector<std::string> sources;
  for (const storage::Root& root : index::Reader(found.options.index_file).roots()) {
    if (root.is_source) sources.push_back(root.path);
  }
  return sources;
}

void require_whole_storage(const FoundIndex& found) {
  if (found.chosen == Chosen::kByProgram) return;
  if (const std::string why = too_narrow(sources_of(found)); !why.empty())
    throw base::Failure(base::FailureKind::kRefused, why);
}

void require_used_mappings(index::Reader& reader, const FoundIndex& found) {
  require_used(reader, found.given_mappings);
}

std::optional<index::ScanResult> refresh_found(FoundIndex& found, const std::string& purpose, bool verbose) {
  found.options.sources = sources_of(found);
  for (const std::string& source : found.options.sources) {
    if (const std::string why = unmounted_store(source); !why.empty())
      throw base::Failure(base::FailureKind::kSource, why);
  }
  set_apart(found);
  return refresh_index(found.options, purpose, verbose);
}

}  // namespace checkpointfs::cli
