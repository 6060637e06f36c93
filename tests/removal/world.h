// SPDX-License-Identifier: Apache-2.0
// Sources in a temporary directory, with a clock of their own, and an account of the files that each snapshot
// needs. The account does not rely on the program.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "removal/apply/apply.h"
#include "removal/apply/restore.h"
#include "removal/model/rules.h"
#include "removal/plan/retention.h"
#include "removal/survey/surveyor.h"
#include "tests/support/indexed_storage.h"

namespace checkpointfs::removal {

inline constexpr int64_t kSecond = 1'000'000'000;
inline constexpr int64_t kDay = 24 * 3600 * kSecond;

// DiskOperations by the clock of a world. The two rules that only a disk can break are broken here: a file
// that is to go into the trash is destroyed, and one that comes back replaces another.
class WorldChanges : public storage::DiskOperations {
 public:
  explicit WorldChanges(const int64_t& clock) : clock_(clock) {}
  int move(int from, const char* name, int to, const char* new_name) override {
    const bool goes = !is_in_trash(from) && is_in_trash(to);
    const bool returns = is_in_trash(from) && !is_in_trash(to);
    if (goes && !is_enforced(Rule::kToTheTrash)) return remove_file(from, name);
    if (returns && !is_enforced(Rule::kNothingOverwritten)) remove_file(to, new_name);
    return storage::DiskOperations::move(from, name, to, new_name);
  }
  int64_t now_ns() const override { return clock_; }

 private:
  static bool is_in_trash(int directory);

  const int64_t& clock_;
};

struct Needed {
  std::string path;  // absolute
  size_t size = 0;
  std::string found_as = {};  // the copy that metadata leads to by a mapping; empty: `path` itself
};

class World {
 public:
  explicit World(int sources = 1, const std::string& top = "");

  std::string source(size_t number = 0) const { return sources_.at(number); }
  // Makes a path beneath the first source absolute.
  std::string path(const std::string& relative) const { return source() + "/" + relative; }

  // The clock is a fixed moment in 2036 at first: the kernel's own times (ctime) are long past then.
  int64_t now = int64_t{2'100'000'000} * kSecond;
  void pass(int64_t ns) { now += ns; }

  std::string uuid();
  // Writes a state file with the time of now.
  void file(const std::string& path, size_t size);
  void set_time(const std::string& path, int64_t ns);
  // Writes `<directory>/_metadata` that names `files` absolutely, with the time of now.
  void snapshot(const std::string& directory, const std::vector<Needed>& files, int64_t id = 1);
  // The same for a segment of a file: start and length.
  void segment_snapshot(const std::string& directory, const std::string& file, int64_t start, int64_t length,
                        int64_t id = 1);
  // Makes a pin in the source that holds copies of the files; returns the files of the pin.
  std::vector<Needed> pin(const std::string& source, const std::string& name,
                          const std::vector<Needed>& files);
  // Lets metadata name files in all spellings that lead to them from now on, and some through copies.
  void use_spellings(uint64_t seed);
  uint64_t copies() const { return copies_; }
  // A directory beside the sources.
  std::string beside(const std::string& name) const { return temporary_.path() + "/" + name; }
  void forget(const std::string& directory) { needed_.erase(directory); }
  const std::map<std::string, std::vector<Needed>>& snapshots() const { return needed_; }

  Storage storage() const;
  Survey look() const { return survey(storage()); }
  Plan plan_rm(const std::vector<std::string>& directories, int64_t grace = kDefaultGraceNs,
               bool force = false);
  Plan plan_gc(const Retention& retention = {}, int64_t grace = kDefaultGraceNs, bool force = false);
  // Each takes and releases the locks.
  Applied apply(const Plan& plan);
  Applied apply(const Plan& plan, storage::DiskOperations& disk);
  std::vector<Applied> resume();
  Restored restore(const std::string& id);
  Purged purge(const std::string& id);

  // Returns the first file that an existing snapshot, other than `but`, needs and that is missing or has
  // another size; "" if there is none.
  std::string first_lost(const std::set<std::string>& but = {}) const;
  // Everything but the control directories: path, kind, mode, size, time, bytes.
  std::map<std::string, std::string> tree() const;

  // The members of Storage; `excluded` is absolute.
  std::vector<storage::Mapping> mappings;
  std::vector<std::string> excluded;
  // Directories that --ha names.
  std::vector<std::string> ha;
  bool follow_links = false;
  std::vector<Place> remembered;       // by an index
  std::vector<std::string> forgotten;  // on request

 private:
  std::string spelled(Needed& file);
  PlanOptions plan_options(const char* command, int64_t grace, bool force) const;

  test::TempDirectory temporary_;
  std::vector<std::string> sources_;
  std::mt19937_64 random_{7};
  std::map<std::string, std::vector<Needed>> needed_;  // by directory
  std::optional<std::mt19937_64> spellings_;
  uint64_t copies_ = 0;
};

bool exists(const std::string& path);
std::string contents(const std::string& path);
// The message of a refusal; "" if nothing is refused.
std::string refusal(const std::function<void()>& call);

}  // namespace checkpointfs::removal
