// SPDX-License-Identifier: Apache-2.0
#include "cli/query/referenced_files.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

#include "base/path.h"
#include "base/text/message.h"
#include "cli/arguments/paths.h"
#include "flink/names.h"
#include "flink/uri.h"
#include "storage/control_name.h"
#include "storage/directory_listing.h"
#include "storage/relocated_files.h"

namespace checkpointfs::cli {
namespace {

std::string percent_decoded(std::string_view text) {
  const auto digit = [](char c) {
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
  };
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool is_code =
        text[i] == '%' && i + 2 < text.size() && digit(text[i + 1]) >= 0 && digit(text[i + 2]) >= 0;
    out += is_code ? static_cast<char>(digit(text[i + 1]) * 16 + digit(text[i + 2])) : text[i];
    if (is_code) i += 2;
  }
  return out;
}

// The path of a URI, as written and percent-decoded.
std::vector<std::string> paths_of(std::string_view uri) {
  const auto parsed = flink::parse_uri(uri);
  if (!parsed) return {};
  return {parsed->path, percent_decoded(parsed->path)};
}

std::string path_of(const std::string& uri) {
  const auto parsed = flink::parse_uri(uri);
  return parsed ? parsed->path : std::string();
}

void add_below(int above, const std::string& path, const ReferencedFiles& needed,
               DirectoryReferences* found) {
  base::UniqueFd fd(
      ::openat(above, above == AT_FDCWD ? path.c_str() : std::string(base::last_component(path)).c_str(),
               O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!fd) {
    if (errno != ENOENT) found->unreadable.push_back(path);
    return;
  }
  const int error = storage::list_directory(std::move(fd), [&](int directory, const dirent& entry) {
    const std::string_view name = entry.d_name;
    if (name == "." || name == ".." || name == storage::kControlDirectory || name == flink::kMetadataFile)
      return 0;
    const std::string here = base::join(path, name);
    struct stat st = {};
    if (::fstatat(directory, entry.d_name, &st, AT_SYMLINK_NOFOLLOW) != 0) return 0;
    if (S_ISDIR(st.st_mode)) add_below(directory, here, needed, found);
    if (!S_ISREG(st.st_mode)) return 0;
    const auto add = [&](DirectoryReferences::Sum& sum) {
      ++sum.files;
      sum.bytes += static_cast<uint64_t>(st.st_size);
    };
    add(found->all);
    const ReferencedFile* const file = needed.at(here, st.st_dev, st.st_ino);
    if (file == nullptr) {
      add(found->unreferenced);
      return 0;
    }
    for (const int64_t snapshot : file->snapshots) add(found->snapshots[snapshot]);
    return 0;
  });
  if (error != 0) found->unreadable.push_back(path);
}

}  // namespace

ReferencedFiles::ReferencedFiles(index::Reader& reader) {
  std::map<int64_t, std::string> roots;
  for (const storage::Root& root : reader.roots()) roots[root.id] = root.path;
  const auto location_of = [&](int64_t root_id, const std::string& path, const std::string& uri) {
    const auto root = roots.find(root_id);
    if (root == roots.end()) return uri;
    return base::join(root->second, path);
  };
  reader.references().uses([&](const index::FileUse& use) {
    const auto [known, added] =
        by_location_.try_emplace(location_of(use.root_id, use.path, use.uri), files_.size());
    if (added) {
      files_.push_back({use.uri, {}, {}});
      by_name_.emplace(base::last_component(use.uri), known->second);
    }
    files_[known->second].snapshots.insert(use.snapshots.begin(), use.snapshots.end());
  });
  reader.dump().identities([&](const index::FileIdentity& identity) {
    const auto known = by_location_.find(location_of(identity.root_id, identity.path, identity.uri));
    if (known == by_location_.end()) return;
    files_[known->second].state_file_id.push_back(identity.id);
    if (identity.inode != 0) by_inode_[{identity.device, identity.inode}] = known->second;
  });
}

const ReferencedFile* ReferencedFiles::at(const std::string& path, uint64_t device, uint64_t inode) const {
  if (const auto found = by_location_.find(path); found != by_location_.end()) return &files_[found->second];
  if (const auto found = by_inode_.find({device, inode}); found != by_inode_.end())
    return &files_[found->second];
  const std::string name(base::last_component(path));
  if (!storage::RelocatedFiles::is_unmistakable(name)) return nullptr;
  const auto found = by_name_.find(name);
  return found == by_name_.end() ? nullptr : &files_[found->second];
}

std::vector<const ReferencedFile*> ReferencedFiles::spelled_like(std::string_view uri) const {
  std::set<const ReferencedFile*> same;
  std::set<const ReferencedFile*> namesakes;
  for (const std::string& path : paths_of(uri)) {
    const std::string name(base::last_component(path));
    const auto [from, to] = by_name_.equal_range(name);
    for (auto found = from; found != to; ++found) {
      const ReferencedFile* const file = &files_[found->second];
      if (path_of(file->uri) == path) same.insert(file);
      if (storage::RelocatedFiles::is_unmistakable(name)) namesakes.insert(file);
    }
  }
  const auto& best = same.empty() ? namesakes : same;
  return {best.begin(), best.end()};
}

std::vector<const ReferencedFile*> ReferencedFiles::below(std::string_view uri) const {
  std::vector<const ReferencedFile*> found;
  const std::vector<std::string> directories = paths_of(uri);
  for (const ReferencedFile& file : files_) {
    const std::string path = path_of(file.uri);
    const bool is_below = std::ranges::any_of(directories, [&](const std::string& directory) {
      return directory != "/" && path != directory && base::path_below(path, directory).has_value();
    });
    if (is_below) found.push_back(&file);
  }
  return found;
}

DirectoryReferences references_below(const std::string& directory, const ReferencedFiles& needed) {
  DirectoryReferences found;
  add_below(AT_FDCWD, directory, needed, &found);
  return found;
}

}  // namespace checkpointfs::cli
