// SPDX-License-Identifier: Apache-2.0
#include "removal/survey/recovery.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <memory>
#include <string_view>
#include <system_error>

#include "base/beneath.h"
#include "base/errors.h"
#include "base/named_file.h"
#include "base/path.h"
#include "base/text/message.h"
#include "base/text/format.h"
#include "removal/model/rules.h"
#include "removal/survey/completed_checkpoint.h"
#include "storage/resolver.h"

namespace checkpointfs::removal {
namespace {

constexpr std::string_view kPrefix = "completedCheckpoint";
constexpr uint64_t kLongestFile = uint64_t{1} << 30;
constexpr int kDeepest = 16;  // <storageDir>/<cluster>/file is all that Flink makes

[[noreturn]] void refuse(std::string_view path, std::string_view why) {
  throw base::Failure(base::FailureKind::kRefused,
                      base::format("it is not known what clusters would recover from: {}: {}",
                                   base::printable(path), base::printable(why)));
}

struct CloseStream {
  void operator()(DIR* stream) const { ::closedir(stream); }
};

class PointerReader {
 public:
  explicit PointerReader(const std::string& directory)
      : directory_(directory), root_(base::open_directory(directory)) {}

  std::vector<RecoveryPointer> read() {
    read_directory("", 0);
    if (pointers_.empty())
      refuse(directory_, "there is no file completedCheckpoint...; it must be high-availability.storageDir");
    return std::move(pointers_);
  }

 private:
  std::string absolute(const std::string& path) const { return base::join(directory_, path); }
  [[noreturn]] void refuse_errno(const std::string& path) const {
    refuse(absolute(path), std::generic_category().message(errno));
  }

  void read_directory(const std::string& path, int depth) {
    if (depth > kDeepest) refuse(absolute(path), "directories are nested too deep");
    base::UniqueFd fd =
        base::try_open_beneath(root_.get(), path.empty() ? "." : path.c_str(), O_RDONLY | O_DIRECTORY);
    if (!fd && errno == ENOENT && depth > 0) return;
    const std::unique_ptr<DIR, CloseStream> stream(fd ? ::fdopendir(fd.get()) : nullptr);
    if (!stream) refuse_errno(path);
    fd.release();
    for (;;) {
      errno = 0;
      const dirent* const entry = ::readdir(stream.get());
      if (entry == nullptr && errno != 0) refuse_errno(path);
      if (entry == nullptr) return;
      const std::string name = entry->d_name;
      if (name != "." && name != "..") look_at(base::join(path, name), depth);
    }
  }

  void look_at(const std::string& path, int depth) {
    struct stat st = {};
    const int error = base::stat_beneath(root_.get(), path.c_str(), &st);
    if (error == ENOENT) return;
    errno = error;
    if (error != 0) refuse_errno(path);
    if (S_ISDIR(st.st_mode)) return read_directory(path, depth + 1);
    if (S_ISLNK(st.st_mode)) refuse(absolute(path), "symbolic links are not followed; name their target");
    if (base::last_component(path).starts_with(kPrefix)) read_file(path);
  }

  void read_file(const std::string& path) {
    struct stat st = {};
    const base::UniqueFd fd = base::try_open_regular_beneath(root_.get(), path.c_str(), &st);
    if (!fd && errno == ENOENT) return;
    if (!fd) refuse_errno(path);
    const auto uris = metadata_uris(base::read_up_to(fd.get(), absolute(path), kLongestFile));
    if (!uris.has_value()) refuse(absolute(path), base::to_string(uris.error()));
    for (const std::string& uri : *uris) pointers_.push_back({absolute(path), uri});
    if (uris->empty()) pointers_.push_back({absolute(path), ""});
  }

  std::string directory_;
  base::UniqueFd root_;
  std::vector<RecoveryPointer> pointers_;
};

bool is_gone(const std::string& file) {
  struct stat st = {};
  return ::lstat(file.c_str(), &st) != 0 && errno == ENOENT;
}

}  // namespace

std::vector<RecoveryPointer> recovery_pointers(const std::vector<std::string>& directories) {
  std::vector<RecoveryPointer> all;
  for (const std::string& directory : directories) {
    try {
      for (RecoveryPointer& pointer : PointerReader(directory).read()) all.push_back(std::move(pointer));
    } catch (const base::SystemError& error) {
      refuse(directory, error.what());
    }
  }
  return all;
}

Reasons recovered_snapshots(const Storage& storage, const Survey& survey,
                            const std::vector<RecoveryPointer>& pointers) {
  Reasons reasons;
  if (!is_enforced(Rule::kRecoveryIsKept)) return reasons;
  const storage::Resolver resolver(storage.roots, storage.mappings);
  for (const RecoveryPointer& pointer : pointers) {
    if (pointer.uri.empty()) continue;
    bool found = false;
    for (const storage::Location& location : resolver.resolve_all(pointer.uri)) {
      const std::string metadata = resolver.absolute(location);
      for (const std::string& source : survey.sources) {
        const auto path = base::path_below(base::parent(metadata), source);
        const SeenSnapshot* const snapshot =
            path ? survey.snapshot_at({source, std::string(*path)}) : nullptr;
        if (snapshot == nullptr) continue;
        found = true;
        reasons[survey.number_of(*snapshot)] =
            base::format("a cluster would recover from it: {}", base::printable(pointer.file));
      }
    }
    if (found || is_gone(pointer.file)) continue;
    refuse(
        pointer.file,
        base::format(
            "it names {}, which is no snapshot of these sources. Add its storage as a source, or a --map; name "
            "only the directories of clusters whose storage this is; or remove the file, if its cluster is gone for good",
            pointer.uri));
  }
  return reasons;
}

void require_not_recovered_from(const Storage& storage, const Survey& survey,
                                const std::vector<PlannedSnapshot>& leaving,
                                const std::vector<RecoveryPointer>& pointers) {
  const Reasons reasons = recovered_snapshots(storage, survey, pointers);
  for (const PlannedSnapshot& planned : leaving) {
    const SeenSnapshot* const snapshot = survey.snapshot_at(planned.place);
    const auto found = snapshot == nullptr ? reasons.end() : reasons.find(survey.number_of(*snapshot));
    if (found == reasons.end()) continue;
    throw base::Failure(
        base::FailureKind::kRefused,
        base::format("{} stays: {}", base::printable(removal::absolute(planned.place)), found->second));
  }
}

}  // namespace checkpointfs::removal
