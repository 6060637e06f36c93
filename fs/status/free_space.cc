// SPDX-License-Identifier: Apache-2.0
#include "fs/status/free_space.h"

#include <sys/stat.h>
#include <sys/statvfs.h>

#include <set>
#include <utility>

namespace checkpointfs::fs {
namespace {

// Some stores send a request over the network for each answer.
constexpr std::chrono::seconds kFresh(5);

}  // namespace

FreeSpace::FreeSpace(std::vector<std::string> sources, std::shared_ptr<base::StoreCalls> calls,
                     const SourceStates& states)
    : sources_(std::move(sources)), calls_(std::move(calls)), states_(states) {}

std::optional<FreeSpace::Answer> FreeSpace::ask(const std::string& source) const {
  const auto answer = std::make_shared<std::optional<Answer>>();
  const bool is_answered = calls_->make(source, [answer, source] {
    struct stat st = {};
    struct statvfs space = {};
    if (::stat(source.c_str(), &st) != 0 || ::statvfs(source.c_str(), &space) != 0) return;
    *answer = Answer{st.st_dev, {uint64_t{space.f_bavail} * space.f_frsize, space.f_favail}};
  });
  return is_answered ? *answer : std::nullopt;
}

std::optional<FreeSpace::Amount> FreeSpace::sum_of(const Answers& answers) {
  if (answers.empty()) return std::nullopt;
  Amount sum;
  std::set<dev_t> counted;
  for (const auto& [source, answer] : answers) {
    if (!counted.insert(answer.device).second) continue;
    sum.bytes += answer.amount.bytes;
    sum.files += answer.amount.files;
  }
  return sum;
}

std::optional<FreeSpace::Amount> FreeSpace::look() {
  const auto now = std::chrono::steady_clock::now();
  {
    const std::lock_guard lock(mutex_);
    if (asked_ && now - *asked_ < kFresh) return sum_of(answers_);
  }
  const auto lost = states_.lost();
  Answers found;
  for (const std::string& source : sources_) {
    if (lost.contains(source)) continue;
    if (const auto answer = ask(source)) found.emplace(source, *answer);
  }
  const std::lock_guard lock(mutex_);
  asked_ = now;
  for (const auto& [source, answer] : found) answers_[source] = answer;
  return sum_of(answers_);
}

}  // namespace checkpointfs::fs
