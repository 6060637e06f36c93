// SPDX-License-Identifier: Apache-2.0
#include "index/scan/configuration.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <memory>
#include <system_error>

#include "base/errors.h"
#include "base/path.h"
#include "base/same_trees.h"
#include "base/text/message.h"
#include "flink/uri.h"
#include "storage/projected_name.h"

namespace checkpointfs::index {
namespace {

using base::Failure;
using base::FailureKind;

struct Free {
  void operator()(char* text) const { std::free(text); }
};

std::string real_directory(const std::string& path, std::string_view what, FailureKind kind) {
  const std::unique_ptr<char, Free> real(::realpath(path.c_str(), nullptr));
  struct stat st = {};
  if (!real || ::stat(real.get(), &st) != 0) {
    throw base::PathFailure(
        kind, base::format("{} {}: {}", what, path, std::generic_category().message(errno)), path);
  }
  if (!S_ISDIR(st.st_mode))
    throw base::PathFailure(kind, base::format("{} {} is not a directory", what, path), path);
  return real.get();
}

// The name that the user gave to a source, if it goes through a symbolic link: the metadata may know it by
// that.
std::optional<storage::Mapping> alias_of(const std::string& given, const std::string& real) {
  std::string absolute = given;
  if (absolute.empty() || absolute.front() != '/') {
    const std::unique_ptr<char, Free> here(::getcwd(nullptr, 0));
    if (!here) return std::nullopt;
    absolute = base::format("{}/{}", here.get(), given);
  }
  const auto uri = flink::parse_uri("file:" + absolute);
  if (!uri || uri->path == real) return std::nullopt;
  // ".." after a link leads elsewhere than it reads.
  const std::unique_ptr<char, Free> leads_to(::realpath(uri->path.c_str(), nullptr));
  if (!leads_to || real != leads_to.get()) return std::nullopt;
  return storage::Mapping{flink::to_string(*uri), real, true, {}};
}

}  // namespace

void add_source(const std::string& argument, Options* options) {
  const size_t equals = argument.find('=');
  // A path with a '=' in it is written as ./a=b.
  if (equals == std::string::npos || argument.find('/') < equals) {
    options->sources.push_back(argument);
    return;
  }
  const std::string name = argument.substr(0, equals);
  const std::string directory = argument.substr(equals + 1);
  const auto refuse = [&](const std::string& what) {
    throw Failure(FailureKind::kUsage, base::format("source {}: {}", argument, what));
  };
  if (directory.empty()) refuse("no directory is named; write NAME=DIR");
  if (name.empty()) refuse("the name is empty; write NAME=DIR");
  if (name.front() == '.') refuse("a name must not start with a dot");
  if (storage::natural_name(name, {}) != name) refuse("no directory can have such a name");
  for (const auto& [source, other] : options->names) {
    if (other == name) refuse(base::format("the source {} has this name already", source));
  }
  options->sources.push_back(directory);
  options->names[directory] = name;
}

void name_sources(const std::map<std::string, std::string>& kept, std::vector<Source>* sources) {
  std::map<std::string, std::string> taken;  // path by name
  for (const Source& source : *sources) {
    if (!source.name.empty()) taken[source.name] = source.path;
  }
  for (Source& source : *sources) {
    const auto found = kept.find(source.path);
    if (!source.name.empty() || found == kept.end()) continue;
    source.name = found->second;
    const auto [other, is_free] = taken.try_emplace(source.name, source.path);
    if (is_free) continue;
    throw Failure(
        FailureKind::kUsage,
        base::format(
            "the name {} is given to {}, but is that of {}; give that one another name, as in --source NAME={}",
            source.name, other->second, source.path, source.path));
  }
  for (Source& source : *sources) {
    if (!source.name.empty()) continue;
    const std::string base(base::last_component(source.path));
    source.name = base;
    for (int n = 2; !taken.try_emplace(source.name, source.path).second; ++n)
      source.name = base::format("{}-{}", base, n);
  }
}

std::vector<std::string> real_sources(const std::vector<std::string>& sources,
                                      const std::set<std::string>& as_named) {
  if (sources.empty()) throw Failure(FailureKind::kSource, "no source is given");
  std::vector<std::string> real;
  for (const std::string& source : sources)
    real.push_back(as_named.contains(source) ? source
                                             : real_directory(source, "source", FailureKind::kSource));
  if (std::ranges::find(real, "/") != real.end()) {
    throw base::PathFailure(
        FailureKind::kSource,
        "source /: the root directory is the whole host; name the directory of the storage", "/");
  }
  for (size_t i = 0; i < real.size(); ++i) {
    for (size_t j = 0; j < real.size(); ++j) {
      if (i == j || !base::is_at_or_below(real[i], real[j])) continue;
      const std::string problem = real[i] == real[j]
                                      ? " is given twice"
                                      : base::format(" lies in the source {}: give only that one", real[j]);
      throw base::PathFailure(FailureKind::kSource, base::format("source {}{}", real[i], problem), real[i]);
    }
  }
  std::vector<std::string> answering;
  for (size_t i = 0; i < real.size(); ++i) {
    if (!as_named.contains(sources[i])) answering.push_back(real[i]);
  }
  base::refuse_same_trees(answering);
  return real;
}

Configuration make_configuration(const Options& options) {
  Configuration result;
  const std::vector<std::string> real = real_sources(options.sources, options.as_named);
  for (size_t i = 0; i < real.size(); ++i) {
    const auto named = options.names.find(options.sources[i]);
    result.sources.push_back({real[i], named == options.names.end() ? "" : named->second});
    if (auto alias = alias_of(options.sources[i], real[i])) result.aliases.push_back(std::move(*alias));
  }
  for (const storage::Mapping& mapping : options.mappings) {
    const auto uri = flink::parse_uri(mapping.uri_prefix);
    if (!uri)
      throw Failure(FailureKind::kUsage,
                    base::format("mapping: {} is not an absolute URI", mapping.uri_prefix));
    std::string directory =
        options.as_named.contains(mapping.directory)
            ? mapping.directory
            : real_directory(mapping.directory, "mapping: directory", FailureKind::kUsage);
    storage::Mapping given{flink::to_string(*uri), std::move(directory), false, {}};
    const auto same =
        std::find_if(result.given.begin(), result.given.end(),
                     [&](const storage::Mapping& other) { return other.uri_prefix == given.uri_prefix; });
    if (same != result.given.end()) {
      if (same->directory == given.directory) continue;
      throw Failure(FailureKind::kUsage, base::format("mapping: {} is mapped to two directories, {} and {}",
                                                      given.uri_prefix, same->directory, given.directory));
    }
    const bool inside = std::any_of(real.begin(), real.end(), [&](const std::string& source) {
      return base::is_at_or_below(given.directory, source);
    });
    if (!inside &&
        std::find(result.mapped.begin(), result.mapped.end(), given.directory) == result.mapped.end()) {
      result.mapped.push_back(given.directory);
    }
    result.given.push_back(std::move(given));
  }
  return result;
}

}  // namespace checkpointfs::index
