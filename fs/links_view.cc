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
        {base::concat(base::iso_time(snapshot.metadata_mtime_ns), "-", job, job.empty() ? "" : "-", name),
         target, snapshot.id, false});
    const auto known = newest.find(job);
    if (known == newest.end() || is_newer(snapshot, known->second)) newest[job] = snapshot;
  });
  for (const auto& [job, snapshot] : newest) {
    links_.push_back({job.empty() ? "job" : job, "../../" + snapshot.path, snapshot.id, true});
  }
  std::erase_if(links_, [](const Link& link) { return link.name.size() > kMaxName; });
  std::sort(links_.begin(), links_.end(), [](const Link& a, const Link& b) {
    return std::tie(a.latest, a.name, a.target) < std::tie(b.latest, b.name, b.target);
  });
  for (size_t i = 0; i < links_.size(); ++i) by_name_.try_emplace({links_[i].latest, links_[i].name}, i);
}

const std::vector<LinksView::Link>& LinksView::links() {
  std::call_once(made_, [this] { make(); });
  return links_;
}

Entry LinksView::entry_of(size_t number) {
  const Link& link = links()[number];
  Entry entry{inode_of(ViewId{ViewKind::kLink, number + 1}), link.name, {}};
  if (const auto like = readers_.borrow()->node({index::NodeKind::kMetadata, link.directory})) {
    entry.attributes = like->attributes;
  }
  entry.attributes.mode = S_IFLNK | 0777;
  entry.attributes.size = link.target.size();
  return entry;
}

std::optional<Entry> LinksView::entry(ViewId id) {
  if (id.value == 0 || id.value > links().size()) return std::nullopt;
  return entry_of(id.value - 1);
}

std::optional<Entry> LinksView::lookup(ViewId directory, std::string_view name) {
  links();
  const auto found = by_name_.find(std::pair<bool, std::string>(directory == kLatest, name));
  if (found == by_name_.end()) return std::nullopt;
  return entry_of(found->second);
}

void LinksView::list(ViewId directory, uint64_t after, const TakeEntry& take) {
  const bool latest = directory == kLatest;
  for (uint64_t i = after; i < links().size(); ++i) {
    const Link& link = links()[i];
    if (link.latest != latest || by_name_.find(std::pair(latest, link.name))->second != i) continue;
    if (!take(entry_of(i), i + 1)) return;
  }
}

std::unique_ptr<OpenFile> LinksView::open(ViewId) {
  throw base::SystemError(ELOOP, "open: a symbolic link");
}

std::string LinksView::target(ViewId link) {
  if (link.value == 0 || link.value > links().size())
    throw base::SystemError(ESTALE, "readlink: no such link");
  return links()[link.value - 1].target;
}

}  // namespace checkpointfs::fs
