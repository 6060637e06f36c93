// SPDX-License-Identifier: Apache-2.0
// The roots as open directories, for what is opened beneath them.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/threads/store_calls.h"
#include "base/unique_fd.h"
#include "storage/types.h"

namespace checkpointfs::storage {

// A scan that has StoreCalls, and several roots, waits for none that hangs, and does without one that fails:
// such a root is silent, as soon as it has once not answered in time, and as long as this object lives, so
// that all who ask see the same. Local file systems are taken for such that answer. Thread-safe, but for
// failures.
class ScanRoots {
 public:
  // Throws SystemError if one cannot be opened that is not to be done without. REQUIRES: `calls` outlives it;
  // may be null.
  // `refused`: paths of those that are silent from the start, and not even opened.
  explicit ScanRoots(const std::vector<Root>& roots, base::StoreCalls* calls = nullptr,
                     const std::set<std::string>& refused = {});

  // REQUIRES: one of the roots, and not silent. Owned by this object; who has StoreCalls uses it in ask()
  // only.
  int fd(int64_t root_id) const { return directories_.at(root_id).fd->get(); }

  // The answer of `call` about the root's descriptor, or nothing: the root is silent. Then it may be at work
  // still when all else here is gone: it must own what it uses.
  template <typename Call>
  std::optional<std::invoke_result_t<Call&, int>> ask(int64_t root_id, Call call) const;

  // Is true if others are to be looked at if one fails.
  bool does_without() const { return calls_ != nullptr; }
  // The root cannot be looked at: it is silent from now on.
  void give_up(int64_t root_id, const std::string& why) const;
  // Is true if `error`, of a call for `path`, says something of that. If not, the root is given up, or
  // SystemError is thrown if there is no doing without it.
  bool is_of_the_file(int error, int64_t root_id, const std::string& path) const;
  // Why, of each that was given up.
  const std::vector<std::string>& failures() const { return failures_; }

  bool is_silent(int64_t root_id) const { return directories_.at(root_id).is_silent; }
  bool is_any_silent() const { return is_any_silent_; }
  // Their paths.
  std::vector<std::string> silent() const;

 private:
  struct Directory {
    std::string path;
    std::shared_ptr<const base::UniqueFd> fd;
    bool may_hang = false;
    mutable std::atomic<bool> is_silent = false;
  };
  // Notes it if the root is silent.
  bool make(const Directory& directory, std::function<void()> call) const;

  base::StoreCalls* const calls_;
  std::map<int64_t, Directory> directories_;
  mutable std::atomic<bool> is_any_silent_ = false;
  mutable std::vector<std::string> failures_;
};

template <typename Call>
std::optional<std::invoke_result_t<Call&, int>> ScanRoots::ask(int64_t root_id, Call call) const {
  const Directory& directory = directories_.at(root_id);
  if (directory.is_silent) return std::nullopt;
  if (!directory.may_hang) return call(directory.fd->get());
  const auto result = std::make_shared<std::optional<std::invoke_result_t<Call&, int>>>();
  const bool answered =
      make(directory, [result, fd = directory.fd, call]() mutable { result->emplace(call(fd->get())); });
  if (!answered) return std::nullopt;
  return std::move(*result);
}

}  // namespace checkpointfs::storage
