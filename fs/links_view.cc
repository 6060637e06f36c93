// SPDX-License-Identifier: Apache-2.0
#include "fs/links_view.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <tuple>

#include "base/concat.h"
#include "base/errors.h"
#include "base/human.h"

namespace checkpointfs::fs {
namespace {

constexpr size_t kMaxName = 255;

// "a/b/chk-7" as "a_b" and "chk-7".
std::pair<std::string, std::string> split(const std::string& path) {
  const size_t slash = path.rfind('/');
  std::string job = slash == std::string::npos ? "" : path.substr(0, slash);
  std::replace(job.begin(), job.end(), '/', '_');
  return {job, path.substr(slash + 1)};
}

bool is_newer(const index::Snapshot& a, const index::Snapshot& b) {
  return std::tie(a.checkpoint_id, a.metadata_mtime_ns) > std::tie(b.checkpoint_id, b.metadata_mtime_ns);
}

}  // namespace

void LinksView::make() {
  std::map<std::string, index::Snapshot> newest;
  readers_.borrow()->snapshots([&](const index::Snapshot& snapshot) {
    if (!index::is_sound(snapshot.status) || snapshot.path.empty()) return;
    const auto [job, name] = split(snapshot.path);
    const std::string target = "../../" + snapshot.path;
    links_.push_back(
        {false,
         base::concat(base::iso_time(snapshot.metadata_mtime_ns), "-", job, job.empty() ? "" : "-", name),
         target, snapshot.id});
    const auto known = newest.find(job);
    if (known == newest.end() || is_newer(snapshot, known->second)) newest[job] = snapshot;
  });
  for (const auto& [job, snapshot] : newest) {
    links_.push_back({true, job.empty() ? "job" : job, "../../" + snapshot.path, snapshot.id});
  }
  std::erase_if(links_, [](const Link& link) { return link.name.size() > kMaxName; });
  std::ranges::sort(links_);
  for (size_t i = 0; i < links_.size(); ++i) {
    by_name_.try_emplace({links_[i].latest, links_[i].name}, i);
    by_value_.try_emplace(links_[i].value(), i);
  }
  is_made_ = true;
}

const LinksView::Link* LinksView::find(ViewId id) {
  links();
  const auto found = by_value_.find(id.value);
  return found == by_value_.end() ? nullptr : &links_[found->second];
}

const std::vector<LinksView::Link>& LinksView::links() {
  std::call_once(made_, [this] { make(); });
  return links_;
}

Entry LinksView::entry_of(const Link& link) {
  Entry entry{inode_of(ViewId{ViewKind::kLink, link.value()}), link.name, {}};
  if (const auto like = readers_.borrow()->node({index::NodeKind::kMetadata, link.directory})) {
    entry.attributes = like->attributes;
  }
  entry.attributes.mode = S_IFLNK | 0777;
  entry.attributes.size = link.target.size();
  return entry;
}

std::optional<Entry> LinksView::entry(ViewId id) {
  const Link* const link = find(id);
  if (link == nullptr) return std::nullopt;
  return entry_of(*link);
}

std::optional<Entry> LinksView::lookup(ViewId directory, std::string_view name) {
  links();
  const auto found = by_name_.find(std::pair<bool, std::string>(directory == kLatest, name));
  if (found == by_name_.end()) return std::nullopt;
  return entry_of(links_[found->second]);
}

void LinksView::list(ViewId directory, uint64_t after, const TakeEntry& take) {
  const bool latest = directory == kLatest;
  for (uint64_t i = after; i < links().size(); ++i) {
    const Link& link = links()[i];
    if (link.latest != latest || by_name_.find(std::pair(latest, link.name))->second != i) continue;
    if (!take(entry_of(link), i + 1)) return;
  }
}

std::unique_ptr<OpenFile> LinksView::open(ViewId) {
  throw base::SystemError(ELOOP, "open: a symbolic link");
}

std::string LinksView::target(ViewId id) {
  const Link* const link = find(id);
  if (link == nullptr) throw base::SystemError(ESTALE, "readlink: no such link");
  return link->target;
}

}  // namespace checkpointfs::fs
