// SPDX-License-Identifier: Apache-2.0
#include "index/resolver.h"

#include <algorithm>
#include <cassert>

namespace checkpointfs::index {
namespace {

// What is left of `path` below `directory` ("" being the root directory), or nothing.
std::optional<std::string_view> below(std::string_view path, std::string_view directory) {
  if (path.substr(0, directory.size()) != directory) return std::nullopt;
  path.remove_prefix(directory.size());
  if (path.empty()) return path;
  if (path.front() != '/') return std::nullopt;
  return path.substr(1);
}

std::string without_slash(std::string path) {
  if (!path.empty() && path.back() == '/') path.pop_back();
  return path;
}

struct Parsed {
  std::string text;          // canonical, no '/' at the end
  size_t authority_end = 0;  // the shortest prefix that means anything: "file:", "s3://bucket"
};

Parsed parse(const flink::Uri& uri) {
  std::string text = flink::to_string(uri);
  const size_t authority_end = text.size() - uri.path.size();
  return {without_slash(std::move(text)), authority_end};
}

}  // namespace

Resolver::Resolver(std::vector<Root> roots, const std::vector<Mapping>& mappings) : roots_(std::move(roots)) {
  for (const Mapping& mapping : mappings) {
    const auto prefix = flink::parse_uri(mapping.uri_prefix);
    if (!prefix) continue;
    Rules& rules = mapping.inferred ? inferred_[without_slash(mapping.scope)] : rules_;
    rules[parse(*prefix).text] = {without_slash(mapping.directory),
                                  mapping.inferred ? Origin::kInferred : Origin::kGiven};
  }
  for (const Root& root : roots_) {
    if (root.is_source)
      rules_.try_emplace(without_slash("file:" + root.path),
                         Target{without_slash(root.path), Origin::kInPlace});
  }
}

Resolver::Hit Resolver::longest(const Rules& rules, std::string_view uri, size_t authority_end) {
  for (size_t length = uri.size(); length >= authority_end;) {
    const auto found = rules.find(uri.substr(0, length));
    if (found != rules.end()) return {length, &found->second};
    if (length == authority_end) break;
    length = std::max(uri.rfind('/', length - 1), authority_end);
  }
  return {};
}

std::optional<Resolver::Match> Resolver::match(std::string_view uri, const Location& snapshot) const {
  const auto parsed = flink::parse_uri(uri);
  if (!parsed) return std::nullopt;
  return match(*parsed, snapshot);
}

std::optional<Resolver::Match> Resolver::match(const flink::Uri& uri, const Location& snapshot) const {
  const Parsed parsed = parse(uri);
  Hit hit = longest(rules_, parsed.text, parsed.authority_end);
  if (!inferred_.empty()) {
    // From the snapshot's directory up to "/", then those that hold everywhere.
    std::string scope = snapshot.root_id != 0 ? without_slash(absolute(snapshot)) : std::string();
    for (bool last = false; !last;) {
      last = scope.empty();
      const auto rules = inferred_.find(scope);
      if (rules != inferred_.end()) {
        const Hit inferred = longest(rules->second, parsed.text, parsed.authority_end);
        if (inferred.target != nullptr) {
          if (hit.target == nullptr || inferred.length > hit.length) hit = inferred;
          break;
        }
      }
      if (!last) scope.resize(scope.rfind('/'));
    }
  }
  if (hit.target == nullptr) return std::nullopt;
  auto location = locate(hit.target->directory + parsed.text.substr(hit.length));
  if (!location) return std::nullopt;
  return Match{std::move(*location), hit.target->origin};
}

std::optional<Location> Resolver::resolve(std::string_view uri, const Location& snapshot) const {
  auto found = match(uri, snapshot);
  if (!found) return std::nullopt;
  return std::move(found->location);
}

std::vector<Location> Resolver::resolve_all(std::string_view uri) const {
  std::vector<Location> locations;
  const auto absolute_uri = flink::parse_uri(uri);
  if (!absolute_uri) return locations;
  const Parsed parsed = parse(*absolute_uri);
  const auto add = [&](const Rules& rules) {
    const Hit hit = longest(rules, parsed.text, parsed.authority_end);
    if (hit.target == nullptr) return;
    auto location = locate(hit.target->directory + parsed.text.substr(hit.length));
    if (location && std::find(locations.begin(), locations.end(), *location) == locations.end()) {
      locations.push_back(std::move(*location));
    }
  };
  add(rules_);
  for (const auto& [scope, rules] : inferred_) add(rules);
  return locations;
}

std::optional<Location> Resolver::locate(std::string_view absolute) const {
  // A source goes before a mapped directory that holds it, so that a file has one location only; of mapped
  // directories that hold each other, the outermost.
  const Root* best = nullptr;
  std::string_view path;
  for (const Root& root : roots_) {
    const auto rest = below(absolute, root.path == "/" ? std::string_view() : std::string_view(root.path));
    if (!rest) continue;
    const bool better = best == nullptr || (root.is_source && !best->is_source) ||
                        (root.is_source == best->is_source && root.path.size() < best->path.size());
    if (!better) continue;
    best = &root;
    path = *rest;
  }
  if (best == nullptr) return std::nullopt;
  return Location{best->id, std::string(path)};
}

std::string Resolver::absolute(const Location& location) const {
  const auto root =
      std::find_if(roots_.begin(), roots_.end(), [&](const Root& r) { return r.id == location.root_id; });
  assert(root != roots_.end());
  if (location.path.empty()) return root->path;
  return (root->path == "/" ? std::string() : root->path) + "/" + location.path;
}

}  // namespace checkpointfs::index
