// SPDX-License-Identifier: Apache-2.0
#include "fs/projection/projection.h"

#include <sys/stat.h>

#include <cerrno>

#include "base/beneath.h"
#include "base/errors.h"
#include "base/path.h"
#include "base/text/message.h"
#include "flink/names.h"
#include "fs/projection/attributes.h"
#include "fs/status/control_status.h"
#include "fs/status/metrics_facts.h"
#include "storage/snapshot_files.h"
#include "storage/state_file.h"

namespace checkpointfs::fs {
namespace {

// Threads that use a reader beside those that answer the kernel.
constexpr size_t kOwnThreads = 3;

// Positions of "." and ".." come before those of the index.
constexpr uint64_t kDotEntries = 2;

storage::Resolver resolver_of(index::Reader& reader) {
  return {reader.roots(), reader.mappings()};
}

// The projected names. REQUIRES: `resolver` outlives the function.
MetadataCache::Names names_of(const storage::Resolver& resolver) {
  return [&resolver](const index::Snapshot& snapshot, const flink::Metadata& metadata) {
    return storage::projected_names(metadata, {snapshot.source.id, snapshot.source_path}, resolver);
  };
}

uint64_t root_row() {
  return static_cast<uint64_t>(index::kRootNode.id);
}

}  // namespace

Projection::Projection(const std::string& index_file, flink::Form form, MountState& state)
    : index_file_(index_file),
      form_(form),
      state_(state),
      readers_(index_file, state.stores->threads() + kOwnThreads),
      resolver_(resolver_of(*readers_.borrow())),
      roots_(resolver_.roots(), *state.stores, *state.calls, state.sources),
      metadata_(form, names_of(resolver_), kMetadataBudget),
      operators_(readers_, roots_, resolver_),
      jobs_(readers_, roots_, resolver_),
      links_(readers_),
      names_(readers_, state.labels),
      index_view_(readers_, index_file),
      control_(
          readers_,
          [this] { return control_status(*readers_.borrow(), control_status_now(), state_.counters); },
          [this] { return metrics(MetricsFormat::kOpenMetrics); }, control_children()),
      totals_(readers_.borrow()->totals()),
      scan_(readers_.borrow()->scan()) {}

std::vector<ControlView::Child> Projection::control_children() {
  std::vector<ControlView::Child> children = {
      {kControlIndexName, index_view_, IndexView::kDirectory},
      {kControlLatestName, links_, LinksView::kLatest},
      {kControlByTimeName, links_, LinksView::kByTime},
      {kControlByNameName, names_, NamesView::kDirectory},
      {kControlOperatorsName, operators_, {ViewKind::kOperatorsDirectory, root_row()}},
      {kControlJobsName, jobs_, {ViewKind::kJobsDirectory, root_row()}}};
  if (state_.state_texts != nullptr) {
    state_view_.emplace(readers_, roots_, *state_.state_texts);
    children.push_back({kControlStateName, *state_view_, {ViewKind::kStateDirectory, root_row()}});
  }
  return children;
}

Entry Projection::entry_of(index::Reader& reader, const index::Node& node) {
  Entry entry{inode_of(node.id), node.name, node.attributes};
  if (node.id.kind == index::NodeKind::kMetadata && metadata_.size_depends_on_path()) {
    if (const std::optional<index::Snapshot> snapshot = reader.snapshots().find(node.id.id)) {
      entry.attributes.size = metadata_.size(*snapshot);
    }
  }
  return entry;
}

std::pair<View&, ViewId> Projection::view_at(Inode inode) {
  const ViewId id = view_of(inode);
  switch (id.kind) {
    case ViewKind::kOperatorsDirectory:
    case ViewKind::kOperatorsNode:
      return {operators_, id};
    case ViewKind::kJobsDirectory:
    case ViewKind::kJobsShared:
    case ViewKind::kJobsMetadata:
      return {jobs_, id};
    case ViewKind::kLink:
      return {links_, id};
    case ViewKind::kIndexFile:
      return {index_view_, id};
    case ViewKind::kNamedJob:
      return {names_, id};
    case ViewKind::kStateDirectory:
    case ViewKind::kStateNode:
    case ViewKind::kStateKeyed:
      if (!state_view_) throw base::SystemError(ESTALE, "look at", "a text about state, which is not shown");
      return {*state_view_, id};
    case ViewKind::kFixed:
      break;
  }
  if (id == IndexView::kDirectory) return {index_view_, id};
  if (id == LinksView::kLatest || id == LinksView::kByTime) return {links_, id};
  if (id == NamesView::kDirectory) return {names_, id};
  return {control_, id};
}

std::optional<Entry> Projection::entry(Inode inode) {
  if (is_control(inode)) {
    const auto [view, id] = view_at(inode);
    return view.entry(id);
  }
  auto reader = readers_.borrow();
  const std::optional<index::Node> node = reader->projection().node(node_of(inode));
  if (!node) return std::nullopt;
  return entry_of(*reader, *node);
}

std::optional<Entry> Projection::parent_of(Inode directory) {
  if (is_control(directory)) {
    const auto [view, id] = view_at(directory);
    return entry(view.parent(id));
  }
  const std::optional<int64_t> parent = readers_.borrow()->projection().parent(node_of(directory).id);
  if (!parent) return std::nullopt;
  return entry(inode_of({index::NodeKind::kDirectory, *parent}));
}

std::optional<Entry> Projection::lookup(Inode parent, std::string_view name) {
  if (name == ".") return entry(parent);
  if (name == "..") return parent_of(parent);
  if (is_control(parent)) {
    const auto [view, id] = view_at(parent);
    return view.lookup(id, name);
  }
  const index::NodeId node = node_of(parent);
  if (node.kind != index::NodeKind::kDirectory) return std::nullopt;
  if (parent == kRootInode && name == kControlName) return control_.entry(ControlView::kDirectory);
  auto reader = readers_.borrow();
  const std::optional<index::Node> found = reader->projection().lookup(node.id, name);
  if (!found) return std::nullopt;
  return entry_of(*reader, *found);
}

void Projection::list(Inode directory, uint64_t after, const TakeEntry& take) {
  for (const uint64_t dot : {uint64_t{0}, uint64_t{1}}) {
    if (after > dot) continue;
    std::optional<Entry> entry_at = dot == 0 ? entry(directory) : parent_of(directory);
    if (!entry_at) return;
    entry_at->name = dot == 0 ? "." : "..";
    if (!take(*entry_at, dot + 1)) return;
  }
  if (is_control(directory)) {
    const auto [view, id] = view_at(directory);
    view.list(id, after > kDotEntries ? after - kDotEntries : 0,
              [&](const Entry& entry, uint64_t position) { return take(entry, position + kDotEntries); });
    return;
  }
  auto reader = readers_.borrow();
  reader->projection().list(node_of(directory).id, after > kDotEntries ? after - kDotEntries : 0,
                            [&](const index::Node& node, uint64_t position) {
                              return take(entry_of(*reader, node), position + kDotEntries);
                            });
}

std::unique_ptr<OpenFile> Projection::open(Inode inode) {
  if (is_control(inode)) {
    const auto [view, id] = view_at(inode);
    return view.open(id);
  }
  const index::NodeId node = node_of(inode);
  if (node.kind == index::NodeKind::kMetadata) return open_metadata(node.id);
  const std::optional<Place> place = readers_.borrow()->projection().opening(node.id);
  if (!place) refuse_to_open(node.id);
  std::string name = roots_.path(place->root_id) + "/" + place->path;
  StateFileRange range = open_range(*place, name);
  return OpenFile::of_state_file(std::move(name), std::move(range));
}

ControlStatus Projection::control_status_now() {
  return {index_file_,
          form_,
          state_.mounted_at,
          metadata_.hits(),
          metadata_.misses(),
          state_.open_files.count(),
          state_.io ? state_.io() : IoStatus{},
          state_.following ? state_.following() : FollowStatus{},
          state_.holding ? state_.holding() : HoldsStatus{},
          state_.metrics_url,
          state_.stores->hanging(),
          state_.sources.lost(),
          state_.backing ? state_.backing() : std::vector<SourceMounter::Status>{}};
}

std::string Projection::lost_source() const {
  const auto lost = state_.sources.lost();
  return lost.empty() ? "" : base::format("{} {}", lost.begin()->first, lost.begin()->second.why);
}

std::string Projection::metrics(MetricsFormat format) {
  const auto labels = state_.labels.now();
  return metrics_text(metrics_facts(*readers_.borrow(), control_status_now(), state_.counters, labels->jobs),
                      format);
}

std::vector<Inode> Projection::directories_of(Inode file) {
  std::vector<Inode> directories;
  if (is_control(file)) return directories;
  const index::NodeId node = node_of(file);
  if (node.kind == index::NodeKind::kMetadata)
    directories.push_back(inode_of({index::NodeKind::kDirectory, node.id}));
  if (node.kind != index::NodeKind::kFile) return directories;
  for (const int64_t snapshot : readers_.borrow()->references().snapshots_of(node.id)) {
    directories.push_back(inode_of({index::NodeKind::kDirectory, snapshot}));
  }
  return directories;
}

std::optional<std::string> Projection::path_of(Inode directory) {
  std::string path;
  auto reader = readers_.borrow();
  for (index::NodeId node = node_of(directory); node != index::kRootNode;) {
    const std::optional<index::Node> found = reader->projection().node(node);
    const std::optional<int64_t> parent = reader->projection().parent(node.id);
    if (!found || !parent) return std::nullopt;
    path.insert(0, path.empty() ? found->name : found->name + "/");
    node.id = *parent;
  }
  return path;
}

std::string Projection::target(Inode link) {
  if (!is_control(link)) throw base::SystemError(EINVAL, "readlink: no symbolic link");
  const auto [view, id] = view_at(link);
  return view.target(id);
}

std::unique_ptr<OpenFile> Projection::open_metadata(int64_t snapshot_id) {
  const std::optional<index::Snapshot> snapshot = readers_.borrow()->snapshots().find(snapshot_id);
  if (!snapshot) throw base::SystemError(ESTALE, "open", flink::kMetadataFile);
  return OpenFile::of_text(base::join(snapshot->path, flink::kMetadataFile),
                           metadata_.get(*snapshot, roots_));
}

void Projection::refuse_to_open(int64_t file_id) {
  const std::optional<index::FileLocation> found = readers_.borrow()->projection().file(file_id);
  if (!found || found->status == storage::FileStatus::kOk)
    throw base::SystemError(ESTALE, "open", "state file");
  throw base::SystemError(EIO, base::format("open {}: {}", found->uri, found->reason));
}

std::vector<Projection::Located> Projection::locate(const std::vector<Inode>& inodes) {
  std::vector<Located> located;
  located.reserve(inodes.size());
  auto reader = readers_.borrow();
  for (const Inode inode : inodes) {
    if (is_control(inode) || node_of(inode).kind != index::NodeKind::kFile) continue;
    auto place = reader->projection().opening(node_of(inode).id);
    if (place) located.push_back({inode, *std::move(place)});
  }
  return located;
}

StateFileRange Projection::open_range(const Place& place, const std::string& name) {
  StateFileRange range;
  range.store = roots_.store(place.root_id);
  struct stat st = {};
  range.fd = base::try_open_regular_beneath(roots_.directory(place.root_id), place.path.c_str(), &st);
  if (!range.fd && base::says_nothing_of_the_file(errno)) base::throw_errno("open", name);
  if (!range.fd && errno == ENOENT) {
    throw FileChanged(base::format(
        "open {}: it was deleted while the mount showed it; to copy checkpoints of a running job, "
        "pin them first, see checkpointfs-pin(1), or mount with -o pin-on-open",
        name));
  }
  if (!range.fd) throw FileChanged(base::SystemError(errno, "open", name).what());
  const auto size = static_cast<uint64_t>(st.st_size);
  if (size != place.file_size) {
    throw FileChanged(base::format("open {}: it is {} bytes long, but was {} when it was indexed", name, size,
                                   place.file_size));
  }
  // The kernel may have cached bytes of the file that was there before.
  if (storage::mtime_ns(st) != place.file_mtime_ns)
    throw FileRewritten(base::format("open {}: it was written to since it was indexed", name));
  range.start = place.start;
  range.length = place.length;
  range.file_size = place.file_size;
  range.file_mtime_ns = place.file_mtime_ns;
  return range;
}

std::optional<std::string> Projection::extended_attribute(Inode inode, std::string_view name) {
  if (is_control(inode)) return std::nullopt;
  const index::NodeId node = node_of(inode);
  auto reader = readers_.borrow();
  if (node.kind == index::NodeKind::kFile) {
    const std::optional<index::FileLocation> file = reader->projection().file(node.id);
    return file ? file_attribute(*file, name) : std::nullopt;
  }
  const std::optional<index::Snapshot> snapshot = reader->snapshots().find(node.id);
  return snapshot ? snapshot_attribute(*reader, *snapshot, name) : std::nullopt;
}

std::optional<Inode> directory_after(Projection& projection, Inode directory) {
  if (is_control(directory)) return std::nullopt;
  const auto next = projection.reader()->projection().directory_after(node_of(directory).id);
  if (!next) return std::nullopt;
  return inode_of({index::NodeKind::kDirectory, *next});
}

}  // namespace checkpointfs::fs
