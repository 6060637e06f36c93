// SPDX-License-Identifier: Apache-2.0
#include "engines/store_uris.h"

#include <algorithm>
#include <tuple>

#include "base/path.h"
#include "base/text/message.h"
#include "flink/uri.h"

namespace checkpointfs::engines {
namespace {

constexpr std::string_view kFileScheme = "file:";

// Returns the scheme and the authority of a URI: "s3a://bucket".
std::string_view head_of(std::string_view uri) {
  const size_t colon = uri.find(':');
  if (colon == std::string_view::npos) return {};
  if (uri.substr(colon + 1, 2) != "//") return uri.substr(0, colon + 1);
  return uri.substr(0, std::min(uri.find('/', colon + 3), uri.size()));
}

}  // namespace

StoreUris::StoreUris(const std::vector<storage::Mapping>& mappings) {
  for (const storage::Mapping& mapping : mappings) {
    if (mapping.uri_prefix.starts_with(kFileScheme)) continue;
    const bool has_one_host = head_of(mapping.uri_prefix).find(',') == std::string_view::npos;
    candidates_.push_back({mapping.uri_prefix, mapping.directory, mapping.inferred, has_one_host, 0});
  }
}

void StoreUris::note(std::string_view text) {
  const auto uri = flink::parse_uri(text);
  if (!uri || uri->scheme == "file") return;
  const std::string canonical = flink::to_string(*uri);
  for (Candidate& candidate : candidates_) {
    if (base::is_at_or_below(canonical, candidate.uri_prefix)) ++candidate.uses;
  }
  ++schemes_[std::string(head_of(canonical))][std::string(text.substr(0, text.find(':')))];
}

void StoreUris::note_used(const std::string& uri_prefix) {
  for (Candidate& candidate : candidates_) {
    if (candidate.uri_prefix == uri_prefix) ++candidate.uses;
  }
}

std::string StoreUris::of(std::string_view path) const {
  const Candidate* best = nullptr;
  const auto rank = [](const Candidate& candidate) {
    return std::tuple(candidate.directory.size(), candidate.has_one_host, candidate.uses,
                      !candidate.inferred);
  };
  for (const Candidate& candidate : candidates_) {
    if (!base::is_at_or_below(path, candidate.directory)) continue;
    if (best == nullptr || rank(candidate) > rank(*best)) best = &candidate;
  }
  if (best == nullptr) return base::format("{}{}", kFileScheme, path);
  return base::join(best->uri_prefix, *base::path_below(path, best->directory));
}

std::string StoreUris::spelled(const std::string& uri) const {
  const auto found = schemes_.find(std::string(head_of(uri)));
  if (found == schemes_.end()) return uri;
  const auto most = std::ranges::max_element(found->second, {}, [](const auto& use) { return use.second; });
  return most->first + uri.substr(uri.find(':'));
}

std::string StoreUris::named(const std::string& uri, std::string_view path) const {
  if (!uri.starts_with(kFileScheme) || path.empty()) return spelled(uri);
  const std::string in_store = of(path);
  return in_store.starts_with(kFileScheme) ? uri : spelled(in_store);
}

}  // namespace checkpointfs::engines
