// SPDX-License-Identifier: Apache-2.0
#include "storage/resolver.h"

#include <algorithm>
#include <cassert>

#include "base/path.h"

namespace checkpointfs::storage {
namespace {

std::string without_slash(std::string path) {
  if (!path.empty() && path.back() == '/') path.pop_back();
  return path;
}

// All of a canonical URI before its path: the shortest prefix that means anything ("file:", "s3://bucket").
std::string head_of(const flink::Uri& uri) {
  return flink::to_string({uri.scheme, uri.authority, {}});
}

}  // namespace

Resolver::Resolver(std::vector<Root> roots, const std::vector<Mapping>& mappings) : roots_(std::move(roots)) {
  for (const Root& root : roots_) {
    if (root.is_source) rules_.at("file:", root.path) = {without_slash(root.path), Origin::kInPlace};
  }
  for (const Mapping& mapping : mappings) {
    const auto prefix = flink::parse_uri(mapping.uri_prefix);
    if (!prefix) continue;
    Rules& rules = mapping.inferred ? inferred_.at({}, mapping.scope) : rules_;
    rules.at(head_of(*prefix), prefix->path) = {without_slash(mapping.directory),
                                                mapping.inferred ? Origin::kInferred : Origin::kGiven};
  }
}

Resolver::Hit Resolver::longest(const Rules& rules, const flink::Uri& uri) {
  Hit hit;
  rules.walk(head_of(uri), uri.path, [&](const Target& target, size_t length) { hit = {length, &target}; });
  return hit;
}

std::optional<Location> Resolver::beneath(const Hit& hit, const flink::Uri& uri) const {
  return locate(without_slash(hit.target->directory + uri.path.substr(hit.length)));
}

std::optional<Resolver::Match> Resolver::match(std::string_view uri, const Location& snapshot) const {
  const auto parsed = flink::parse_uri(uri);
  if (!parsed) return std::nullopt;
  return match(*parsed, snapshot);
}

std::optional<Resolver::Match> Resolver::match(const flink::Uri& uri, const Location& snapshot) const {
  Hit hit = longest(rules_, uri);
  if (!inferred_.empty()) {
    // Scopes go from "/", or those that hold everywhere, down to the snapshot's directory: the innermost is
    // the last.
    std::vector<const Rules*> scopes;
    inferred_.walk({}, snapshot.root_id != 0 ? absolute(snapshot) : std::string(),
                   [&](const Rules& rules, size_t) { scopes.push_back(&rules); });
    for (auto rules = scopes.rbegin(); rules != scopes.rend(); ++rules) {
      const Hit inferred = longest(**rules, uri);
      if (inferred.target == nullptr) continue;
      if (hit.target == nullptr || inferred.length > hit.length) hit = inferred;
      break;
    }
  }
  if (hit.target == nullptr) return std::nullopt;
  auto location = beneath(hit, uri);
  if (!location) return std::nullopt;
  return Match{std::move(*location), hit.target->origin};
}

bool Resolver::is_alike_below(const flink::Uri& uri, const Location& location,
                              const Location& snapshot) const {
  const std::string head = head_of(uri);
  bool alike = !rules_.has_at_or_below(head, uri.path);
  const auto ask = [&](const Rules& rules, size_t) {
    alike = alike && !rules.has_at_or_below(head, uri.path);
  };
  if (!inferred_.empty()) inferred_.walk({}, snapshot.root_id != 0 ? absolute(snapshot) : std::string(), ask);
  const std::string directory = absolute(location);
  return alike && std::ranges::none_of(roots_, [&](const Root& root) {
           return root.path != directory && base::is_at_or_below(root.path, directory);
         });
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
  const auto add = [&](const Rules& rules) {
    const Hit hit = longest(rules, *absolute_uri);
    if (hit.target == nullptr) return;
    auto location = beneath(hit, *absolute_uri);
    if (location && std::find(locations.begin(), locations.end(), *location) == locations.end()) {
      locations.push_back(std::move(*location));
    }
  };
  add(rules_);
  inferred_.for_each(add);
  return locations;
}

std::optional<Location> Resolver::locate(std::string_view absolute) const {
  if (absolute.empty()) absolute = "/";  // the slash was cut from its end
  // A source goes before a mapped directory that holds it, so that a file has one location only; of mapped
  // directories that hold each other, the outermost.
  const Root* best = nullptr;
  std::string_view path;
  for (const Root& root : roots_) {
    const auto rest = base::path_below(absolute, root.path);
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
  return base::join(root->path, location.path);
}

}  // namespace checkpointfs::storage
