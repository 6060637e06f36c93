// SPDX-License-Identifier: Apache-2.0
#include "cli/query/unused_indexes.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <exception>
#include <filesystem>
#include <set>
#include <string_view>
#include <system_error>

#include "base/errors.h"
#include "base/log.h"
#include "base/path.h"
#include "base/text/message.h"
#include "cli/query/scope.h"
#include "index/database/lock.h"
#include "index/read/reader.h"
#include "index/rows/known_jobs.h"
#include "index/scan/default_file.h"
#include "index/scan/scan.h"

namespace checkpointfs::cli {
namespace {

namespace stdfs = std::filesystem;

constexpr std::array<std::string_view, 5> kBeside = {"-wal", "-shm", ".log", "",
                                                     ".lock"};  // as they are deleted
constexpr std::string_view kMapped = ".index-mapped-";

// The contents of an index that another one may lack.
struct Knowledge {
  std::string file;
  std::vector<std::string> sources;
  std::set<std::string> jobs;  // that ever had snapshots
  bool has_mappings = false;   // given by the user
  bool has_snapshots = false;
};

std::vector<Knowledge> all_knowledge() {
  std::vector<Knowledge> all;
  for (const KnownIndex& known : known_indexes()) {
    try {
      Knowledge one{known.file, known.sources, {}, false, false};
      for (const storage::Place& job : index::known_jobs(known.file)) one.jobs.insert(storage::absolute(job));
      one.has_mappings = !index::given_mappings(known.file).empty();
      one.has_snapshots = index::Reader(known.file).totals().snapshots > 0;
      all.push_back(std::move(one));
    } catch (const std::exception& e) {
      base::log_info(base::format("index {} is kept: {}", known.file, e.what()));
    }
  }
  return all;
}

bool covers(const Knowledge& wide, const Knowledge& narrow) {
  return std::ranges::all_of(narrow.sources, [&](const std::string& source) {
    return std::ranges::any_of(wide.sources,
                               [&](const std::string& other) { return base::is_at_or_below(source, other); });
  });
}

// True if `wide` knows all that `narrow` knows, and not the other way round.
bool knows_more(const Knowledge& wide, const Knowledge& narrow) {
  return covers(wide, narrow) && !covers(narrow, wide) && std::ranges::includes(wide.jobs, narrow.jobs);
}

// The files that processes, such as mounts, have open. Reads links only, as a file of the process may hang.
std::set<std::string> open_files() {
  std::set<std::string> files;
  std::error_code error;
  for (const auto& process : stdfs::directory_iterator("/proc", error)) {
    if (process.path().filename().string().find_first_not_of("0123456789") != std::string::npos) continue;
    std::error_code ignored;  // processes of others, and those that have ended
    for (auto fd = stdfs::directory_iterator(process.path() / "fd", ignored);
         !ignored && fd != stdfs::directory_iterator(); fd.increment(ignored)) {
      std::error_code none;
      files.insert(stdfs::read_symlink(fd->path(), none).string());
    }
  }
  return files;
}

uint64_t bytes_of(const std::string& file) {
  uint64_t bytes = 0;
  for (const std::string_view suffix : kBeside) {
    struct stat st = {};
    if (::lstat(base::format("{}{}", file, suffix).c_str(), &st) == 0)
      bytes += static_cast<uint64_t>(st.st_size);
  }
  return bytes;
}

// The names of indexes for one command's mappings.
std::set<std::string> mapped_indexes() {
  std::set<std::string> files;  // some have only a lock, as their mapping was refused
  std::error_code error;
  for (const auto& entry : stdfs::directory_iterator(index::index_directory(), error)) {
    std::string path = entry.path().string();
    for (const std::string_view suffix : kBeside) {
      if (!suffix.empty() && path.ends_with(suffix)) path.resize(path.size() - suffix.size());
    }
    const size_t mark = path.rfind(kMapped);
    const bool is_index =
        mark != std::string::npos &&
        path.find_first_not_of("0123456789abcdef", mark + kMapped.size()) == std::string::npos;
    if (is_index) files.insert(path);
  }
  return files;
}

}  // namespace

std::vector<UnusedIndex> unused_indexes() {
  std::vector<UnusedIndex> unused;
  for (const std::string& file : mapped_indexes())
    unused.push_back({file, "made for the --map of one command"});
  const std::vector<Knowledge> all = all_knowledge();
  for (const Knowledge& one : all) {
    if (one.has_mappings) continue;
    if (one.jobs.empty() && !one.has_snapshots) {
      unused.push_back({one.file, "it has never had a snapshot"});
      continue;
    }
    const auto wide =
        std::ranges::find_if(all, [&](const Knowledge& other) { return knows_more(other, one); });
    if (wide != all.end())
      unused.push_back({one.file, base::format("the index of {} has it all", wide->sources.front())});
  }
  std::erase_if(unused,
                [open = open_files()](const UnusedIndex& index) { return open.contains(index.file); });
  for (UnusedIndex& index : unused) index.bytes = bytes_of(index.file);
  std::ranges::sort(unused, {}, &UnusedIndex::file);
  return unused;
}

bool remove_unused(const UnusedIndex& index) {
  try {
    const index::IndexLock lock(index.file, "index --clean");
    if (open_files().contains(index.file)) return false;
    for (const std::string_view suffix : kBeside) {
      const std::string file = base::format("{}{}", index.file, suffix);
      if (::unlink(file.c_str()) != 0 && errno != ENOENT) base::throw_errno("delete", file);
    }
  } catch (const base::Failure& e) {
    if (e.kind() != base::FailureKind::kInUse) throw;
    return false;
  }
  return true;
}

}  // namespace checkpointfs::cli
