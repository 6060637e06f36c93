// SPDX-License-Identifier: Apache-2.0
#include "index/scan/snapshot_indexer.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <deque>
#include <utility>

#include "base/beneath.h"
#include "base/path.h"
#include "base/text/message.h"
#include "base/text/format.h"
#include "base/text/modified_utf8.h"
#include "engines/store_uris.h"
#include "flink/names.h"
#include "flink/uri.h"
#include "storage/projected_name.h"
#include "storage/state_file.h"

namespace checkpointfs::index {
namespace {

// True of a store with buckets: Flink may spread the files of one checkpoint over all of a bucket.
bool has_buckets(std::string_view scheme) {
  static constexpr std::array<std::string_view, 8> kSchemes = {"s3",   "gs",    "oss",  "cosn",
                                                               "abfs", "abfss", "wasb", "wasbs"};
  return std::ranges::find(kSchemes, scheme) != kSchemes.end();
}

std::string map_advice(const std::string& uri) {
  std::string advice =
      base::format("say where it lies with --map {}=DIR", base::printable(storage::storage_uri(uri)));
  const auto parsed = flink::parse_uri(uri);
  if (parsed && has_buckets(parsed->scheme)) {
    advice +=
        base::format("; if Flink injects entropy into paths, use the bucket {}://{} itself as the source",
                     parsed->scheme, base::printable(parsed->authority));
  }
  return advice;
}

// "s3://bucket/4f1a" of "s3://bucket/4f1a/checkpoints/...": the part that no mapping reaches.
std::string unmapped_prefix(const std::string& uri) {
  auto parsed = flink::parse_uri(uri);
  if (!parsed) return uri;
  parsed->path = parsed->path.substr(0, parsed->path.find('/', 1));
  return flink::to_string(*parsed);
}

std::string beside_advice(const storage::Beside& beside) {
  const std::string source = base::printable(beside.source);
  return beside.wider ? base::format("look at the directory above it: checkpointfs list {}", source)
                      : base::format("name {} as a second source", source);
}

int64_t saturated_sum(int64_t a, int64_t b) {
  int64_t sum = 0;
  return __builtin_add_overflow(a, b, &sum) ? INT64_MAX : sum;
}

int64_t encoded_length(const std::string& name) {
  const auto encoded = base::modified_from_utf8(name);
  return static_cast<int64_t>(encoded ? encoded->size() : name.size());
}

// The growth in bytes of the metadata if it names the files in the directory `shared` beside the snapshot's
// directory, and not in the snapshot's own. added[i]: the growth of the name of file i.
int64_t added_by_shared_names(const storage::SnapshotFiles& projected, const std::vector<int32_t>& added) {
  int64_t sum = 0;
  for (const uint32_t file : projected.file_of_handle)
    sum += static_cast<int64_t>(storage::kSharedPrefix.size()) + 1 + added[file];
  return sum;
}

// The number of bytes by which the name of a file in `shared` is longer than the projected one.
int32_t added_to_name(int64_t file_id, std::string_view natural, const std::string& projected) {
  if (natural == projected && storage::begins_with_uuid(natural)) return 0;
  return static_cast<int32_t>(encoded_length(storage::shared_name(file_id, natural)) -
                              encoded_length(projected));
}

std::string utf8(std::string_view modified) {
  return base::utf8_from_modified(modified).value_or(std::string());
}

std::vector<OperatorRow> operator_rows(const flink::Metadata& metadata,
                                       const storage::SnapshotFiles& projected) {
  std::vector<OperatorRow> rows;
  rows.reserve(metadata.operators.size());
  for (const flink::Operator& op : metadata.operators) {
    rows.push_back({flink::hex(op.id), utf8(op.name), utf8(op.uid), op.parallelism, op.max_parallelism,
                    static_cast<int64_t>(op.inline_bytes), 0});
  }
  // The handles of an operator stand together.
  std::vector<uint32_t> last(projected.files.size(), UINT32_MAX);
  for (size_t i = 0; i < metadata.files.size(); ++i) {
    const uint32_t op = metadata.files[i].operator_index;
    const uint32_t file = projected.file_of_handle[i];
    if (std::exchange(last[file], op) == op) continue;
    int64_t& bytes = rows[op].file_bytes;
    bytes = saturated_sum(bytes, std::max<int64_t>(projected.files[file].size, 0));
  }
  return rows;
}

bool has_missing(const NeededFiles& needed) {
  return std::any_of(needed.state_files.begin(), needed.state_files.end(), [](const NeededStateFile& file) {
    return file.status() == storage::FileStatus::kMissing;
  });
}

}  // namespace

bool SnapshotIndexer::is_gone(const storage::Location& snapshot) const {
  const std::string path = base::join(snapshot.path, flink::kMetadataFile);
  const auto error = directories_.ask(snapshot.root_id, [path](int root) {
    struct stat st = {};
    return base::stat_beneath(root, path.c_str(), &st);
  });
  return error == ENOENT || error == ENOTDIR;
}

const std::optional<storage::Beside>& SnapshotIndexer::beside_of(const std::string& uri,
                                                                 const storage::Location& snapshot) {
  const std::string directory = uri.substr(0, uri.rfind('/'));
  const auto [known, added] = beside_.try_emplace(directory);
  if (added)
    known->second = storage::find_beside(uri, snapshot, finder_.resolver()->roots(), finder_.mappings());
  return known->second;
}

storage::StateFileFacts SnapshotIndexer::unresolved(const storage::FilePlace& place,
                                                    const storage::Location& snapshot) {
  storage::StateFileFacts facts;
  facts.status = storage::FileStatus::kOutside;
  if (place.relative) {
    facts.reason = "the relative name leads out of the source, or nowhere";
  } else if (const auto& beside = beside_of(place.uri, snapshot)) {
    facts.reason = base::format("it lies outside the source; {}", beside_advice(*beside));
  } else {
    facts.status = storage::FileStatus::kUnmapped;
    facts.reason = base::format("no mapping leads from {} to a directory; {}",
                                base::printable(unmapped_prefix(place.uri)), map_advice(place.uri));
  }
  return facts;
}

// A directory that a link leads to is read if a mapping names it.
std::string SnapshotIndexer::link_advice(const storage::FilePlace& place) const {
  const storage::Location& location = *place.location;
  const auto link = directories_.ask(
      location.root_id, [path = location.path](int root) { return storage::link_on_path(root, path); });
  if (!link || !*link || (*link)->path == location.path) return {};
  const std::string below = location.path.substr((*link)->path.size());
  if (!place.uri.ends_with(below)) return {};
  std::string target = (*link)->target;
  if (!target.starts_with('/')) {
    const std::string at = finder_.resolver()->absolute({location.root_id, (*link)->path});
    target = at.substr(0, at.rfind('/') + 1) + target;
  }
  return base::format("{} is a symbolic link; if it may be followed, say where it leads with --map {}={}",
                      base::printable((*link)->path),
                      base::printable(place.uri.substr(0, place.uri.size() - below.size())),
                      base::printable(target));
}

std::string SnapshotIndexer::short_advice(const NeededStateFile& file,
                                          const storage::ProjectedFile& shown) const {
  const int64_t end = shown.segment ? saturated_sum(shown.start, shown.size) : shown.size;
  if (!file.place->location || file.size() >= end) return {};
  const engines::StoreUris uris(finder_.mappings());
  return storage::short_file_advice(
      uris.named(file.place->uri, finder_.resolver()->absolute(*file.place->location)));
}

void SnapshotIndexer::add_wanting(const NeededStateFile& file, const storage::ProjectedFile& shown,
                                  storage::FileStatus status, const storage::Location& snapshot,
                                  Wanting* wanting) {
  if (wanting->first.empty())
    wanting->first = base::format("{} ({})", base::printable(shown.name), to_string(status));
  const storage::FilePlace& place = *file.place;
  std::string advice;
  if (status == storage::FileStatus::kWrongSize) advice = short_advice(file, shown);
  if (status == storage::FileStatus::kOutside) {
    ++wanting->outside;
    if (!place.location && !place.relative) {
      const auto& beside = beside_of(place.uri, snapshot);
      if (beside && (!wanting->widest || beside->source.size() < wanting->widest->source.size()))
        wanting->widest = beside;
      if (beside)
        advice = base::format("{} lies outside the source; {}", base::printable(place.uri),
                              beside_advice(*beside));
    } else if (place.location && wanting->advice.empty()) {
      advice = link_advice(place);
    }
  } else if (status == storage::FileStatus::kUnmapped) {
    if (wanting->advice.empty())
      advice = base::format("{} leads nowhere; {}", base::printable(place.uri), map_advice(place.uri));
  } else if (status == storage::FileStatus::kDenied) {
    ++wanting->denied;
    advice = "this user may not look at it; ask as the user that Flink runs as, or as root";
  }
  if (wanting->advice.empty()) wanting->advice = std::move(advice);
}

void SnapshotIndexer::set_wanting(const Wanting& wanting, SnapshotRow* row) const {
  const auto all = static_cast<uint64_t>(row->broken_files);
  const std::string sum =
      base::format("{} of {}", all, base::counted(static_cast<uint64_t>(row->files), "file"));
  row->status = wanting.outside == all                    ? SnapshotStatus::kOutside
                : wanting.outside + wanting.denied == all ? SnapshotStatus::kDenied
                                                          : SnapshotStatus::kBroken;
  if (row->status == SnapshotStatus::kOutside && wanting.widest) {
    row->reason = base::format("{}{} outside the source: {}{}; {}", sum, all == 1 ? " lies" : " lie",
                               wanting.first, all > 1 ? ", ..." : "", beside_advice(*wanting.widest));
    return;
  }
  row->reason = base::format("{} cannot be read: {}{}{}{}", sum, wanting.first, all > 1 ? ", ..." : "",
                             wanting.advice.empty() ? "" : "; ", wanting.advice);
}

StateFileRow SnapshotIndexer::store_state_file(const NeededStateFile& file, const struct stat& metadata,
                                               const storage::Location& snapshot) {
  if (file.known && !file.facts) return *file.known;
  storage::StateFileFacts facts = file.facts ? *file.facts : unresolved(*file.place, snapshot);
  if (facts.status != storage::FileStatus::kOk) {
    // A file that cannot be looked at is shown with the owner and time of the first metadata that names it.
    facts.mode = S_IFREG | 0444;
    facts.uid = metadata.st_uid;
    facts.gid = metadata.st_gid;
    facts.mtime_ns = storage::mtime_ns(metadata);
  }
  StateFileRow row;
  if (!file.known) {
    row = files_.insert(*file.place, facts);
  } else if (facts.status != file.known->status || facts.size != file.known->size) {
    row = {files_.update(file.known->id, facts), facts.status, facts.size};
    snapshots_.mark_stale_by_state_file(row.id);
  } else {
    row = *file.known;
  }
  if (row.status != storage::FileStatus::kOk || file.suspect) finder_.set_looked_at(row.id);
  return row;
}

void SnapshotIndexer::add_files(const NeededFiles& needed, const Target& target, const struct stat& metadata,
                                Draft* draft) {
  beside_.clear();
  SnapshotRow& row = draft->row;
  std::vector<std::optional<StateFileRow>> rows(needed.state_files.size());
  draft->references.reserve(needed.projected.files.size());
  std::vector<int32_t> added;
  added.reserve(needed.projected.files.size());
  for (size_t i = 0; i < needed.projected.files.size(); ++i) {
    const storage::ProjectedFile& file = needed.projected.files[i];
    auto& state_file = rows[needed.state_file_of[i]];
    const NeededStateFile& found = needed.state_files[needed.state_file_of[i]];
    if (!state_file) state_file = store_state_file(found, metadata, target.location);
    const int64_t length = projected_length(file, state_file->status, state_file->size);
    const NameFacts& names = needed.names[i];
    const FileRow shown = files_.file(*found.place, *state_file, file.segment, file.start, length,
                                      file.natural_name(), names.base_name);
    state_file->is_new = false;
    if (!shown.name && names.is_base_name) {
      draft->references.push_back({shown.id, std::nullopt});
      added.push_back(names.begins_with_uuid ? 0 : added_to_name(shown.id, file.name, file.name));
    } else {
      const std::string_view name = shown.name ? std::string_view(*shown.name) : names.base_name;
      draft->references.push_back({shown.id, name == file.name ? std::nullopt : std::optional(file.name)});
      added.push_back(added_to_name(shown.id, name, file.name));
    }
    row.bytes = saturated_sum(row.bytes, std::max<int64_t>(length, 0));
    if (shown.status == storage::FileStatus::kOk) continue;
    ++row.broken_files;
    add_wanting(found, file, shown.status, target.location, &draft->wanting);
  }
  row.job_size = row.owned_size + added_by_shared_names(needed.projected, added);
  row.files = static_cast<int64_t>(draft->references.size());
  if (row.broken_files == 0) {
    if (needed.healed == 0) return;
    row.status = SnapshotStatus::kHealed;
    row.reason = base::format(
        "{} of {} are not where the metadata says (FLINK-39964), but were found elsewhere in the sources, by name and size",
        needed.healed, base::counted(draft->references.size(), "file"));
    return;
  }
  set_wanting(draft->wanting, &row);
}

void SnapshotIndexer::fill(const Target& target, PreparedMetadata& preparation, Draft* draft) {
  SnapshotRow& row = draft->row;
  const auto& metadata = *preparation.metadata;
  row.status = SnapshotStatus::kUnreadable;
  if (!metadata.has_value()) {
    if (metadata.error().truncated) row.status = SnapshotStatus::kIncomplete;
    row.reason = base::to_string(metadata.error());
    return;
  }
  NeededFiles needed = finder_.find(preparation, target.location);
  for (const storage::LostName& lost : needed.lost) seekers_.push_back({target.directory_id, lost});
  // Flink deletes a checkpoint's files together with its metadata, in any order.
  if (has_missing(needed) && is_gone(target.location)) draft->stored = Stored::kGone;
  if (needed.is_unknown || directories_.is_silent(target.location.root_id)) draft->stored = Stored::kUnknown;
  if (draft->stored != Stored::kYes) return;
  for (const storage::ProjectedFile& projected : needed.projected.files) {
    const auto& taken = target.subdirectories;
    if (!std::binary_search(taken.begin(), taken.end(), projected.name)) continue;
    row.reason = base::format("the file {} has the name of a sub-directory", base::printable(projected.name));
    return;
  }
  const auto& size = *preparation.rewritten_size;
  if (!size.has_value()) {
    row.reason = base::format("cannot be rewritten: {}", base::to_string(size.error()));
    return;
  }
  row.status = SnapshotStatus::kOk;
  row.owned_size = static_cast<int64_t>(*size);
  row.version = metadata->version;
  row.kind = flink::to_string(metadata->kind);
  row.checkpoint_id = metadata->checkpoint_id;
  row.file_handles = static_cast<int64_t>(metadata->files.size());
  row.has_changelog = metadata->has_changelog;
  add_files(needed, target, preparation.file->st, draft);
  draft->operators = operator_rows(*metadata, needed.projected);
  preparation.projected.emplace().files = std::move(needed.projected);
}

SnapshotIndexer::Stored SnapshotIndexer::store(const Target& target, PreparedMetadata& preparation) {
  files_.next_snapshot();
  const base::Result<storage::MetadataFile>& read = preparation.file;
  const struct stat& st = read.has_value() ? read->st : target.seen;
  Draft draft;
  draft.row.identity = identity_of(st);
  draft.row.mode = st.st_mode;
  draft.row.uid = st.st_uid;
  draft.row.gid = st.st_gid;
  if (read.has_value()) {
    fill(target, preparation, &draft);
    if (draft.stored != Stored::kYes) return draft.stored;
  } else {
    draft.row.identity.inode = 0;
    draft.row.status = read.error().truncated ? SnapshotStatus::kIncomplete : SnapshotStatus::kUnreadable;
    draft.row.reason = base::format("_metadata {}", read.error().reason);
  }
  snapshots_.store(target.directory_id, draft.row, draft.references, draft.operators);
  return Stored::kYes;
}

void SnapshotIndexer::recheck(const Target& target, bool has_changelog) {
  std::deque<storage::FilePlace> places;
  std::vector<NeededStateFile> files;
  std::vector<storage::LostFile> lost;
  {
    Statement rows(
        db_,
        "SELECT sf.id, sf.status, sf.size, sd.root_id, sd.path || sf.name, COALESCE(sf.uri, sd.uri || "
        "sf.name), "
        "f.segment, f.start, f.length FROM reference_rows r JOIN files f ON f.id = r.file_id "
        "JOIN state_file_rows sf ON sf.id = f.state_file_id JOIN state_directories sd ON sd.id = "
        "sf.directory_id "
        "WHERE r.snapshot_id = ? AND f.status <> 0 ORDER BY sf.id");
    rows.bind(target.directory_id);
    while (rows.step()) {
      const StateFileRow known{rows.integer(0), static_cast<storage::FileStatus>(rows.integer(1)),
                               rows.integer(2)};
      if (!files.empty() && files.back().known->id == known.id) continue;
      std::optional<storage::Location> location;
      if (rows.integer(3) != 0) location = storage::Location{rows.integer(3), rows.string(4)};
      places.push_back({std::move(location), rows.string(5), false});
      files.push_back({&places.back(), true, known, nullptr});
      // Only the metadata tells if the length must be exact.
      const bool exact = !has_changelog && rows.integer(8) > 0;
      lost.push_back({rows.string(5), rows.integer(6) != 0, exact, rows.integer(7), rows.integer(8)});
    }
  }
  finder_.look(&files);
  beside_.clear();
  for (size_t i = 0; i < files.size(); ++i) {
    if (files[i].status() == storage::FileStatus::kMissing && lost[i].size_is_exact && !lost[i].segment) {
      storage::LostName name{std::string(base::last_component(lost[i].uri)), lost[i].size};
      if (storage::RelocatedFiles::is_unmistakable(name.name))
        seekers_.push_back({target.directory_id, std::move(name)});
    }
    store_state_file(files[i], target.seen, target.location);
    if (finder_.is_found_now(files[i], lost[i], target.location)) snapshots_.mark_stale(target.directory_id);
  }
}

void SnapshotIndexer::look_again(int64_t file_id) {
  Statement row(db_, "SELECT state_file_id FROM files WHERE id = ?");
  row.bind(file_id);
  if (!row.step()) return;
  const int64_t state_file_id = row.integer(0);
  row.reset();
  look_again_at_state_file(state_file_id);
}

void SnapshotIndexer::look_again_at_state_file(int64_t state_file_id) {
  storage::StateFileFacts known;
  storage::Location place;
  {
    Statement row(db_,
                  "SELECT sf.status, sf.size, sf.mtime_ns, sf.mode, sf.uid, sf.gid, sd.root_id, "
                  "sd.path || sf.name FROM state_file_rows sf JOIN state_directories sd ON sd.id = "
                  "sf.directory_id WHERE sf.id = ?");
    row.bind(state_file_id);
    if (!row.step() || row.integer(6) == 0) return;
    known.status = static_cast<storage::FileStatus>(row.integer(0));
    known.size = row.integer(1);
    known.mtime_ns = row.integer(2);
    known.mode = static_cast<uint32_t>(row.integer(3));
    known.uid = static_cast<uint32_t>(row.integer(4));
    known.gid = static_cast<uint32_t>(row.integer(5));
    place = {row.integer(6), row.string(7)};
  }
  auto now =
      directories_.ask(place.root_id, [path = place.path](int root) { return storage::look_at(root, path); });
  if (!now || !directories_.is_of_the_file(now->error, place.root_id, place.path)) return;
  if (now->status != storage::FileStatus::kOk) {
    // Shown as it was.
    now->mode = known.mode;
    now->uid = known.uid;
    now->gid = known.gid;
    now->mtime_ns = known.mtime_ns;
  }
  if (now->status == known.status && now->size == known.size && now->mtime_ns == known.mtime_ns) return;
  snapshots_.mark_stale_by_state_file(files_.update(state_file_id, *now));
}

bool SnapshotIndexer::heal() {
  storage::RelocatedFiles& names = finder_.lost_names();
  for (const Seeker& seeker : seekers_) names.seek(seeker.lost);
  names.search();
  bool marked = false;
  Transaction transaction(db_);
  for (const Seeker& seeker : seekers_) {
    if (!names.found(seeker.lost)) continue;
    snapshots_.mark_stale(seeker.directory_id);
    marked = true;
  }
  transaction.commit();
  seekers_.clear();
  return marked;
}

}  // namespace checkpointfs::index
