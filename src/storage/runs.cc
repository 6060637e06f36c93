// SPDX-License-Identifier: Apache-2.0
#include "storage/runs.h"

#include <algorithm>
#include <numeric>
#include <string>
#include <tuple>

namespace checkpointfs::storage {
namespace {

constexpr int64_t kSecond = 1'000'000'000;
constexpr size_t kManyOfARun = 3;
constexpr int64_t kLongPause = 5;  // times any other step

using Checkpoints = std::vector<DatedCheckpoint>;

// A stretch of the checkpoints in the order of time.
struct Part {
  size_t first = 0;
  size_t last = 0;
  int64_t lowest = 0;   // number
  int64_t highest = 0;  // number

  size_t size() const { return last - first + 1; }
};

// REQUIRES: all numbers of `part` are below those of `before`.
uint64_t distance_down(const Part& before, const Part& part) {
  return static_cast<uint64_t>(before.lowest) - static_cast<uint64_t>(part.highest);
}

class Cutter {
 public:
  Cutter(const Checkpoints& checkpoints, const ShareFiles& share_files)
      : checkpoints_(checkpoints), by_time_(checkpoints.size()), by_number_(checkpoints.size()) {
    std::iota(by_time_.begin(), by_time_.end(), 0);
    std::ranges::sort(by_time_, [&](size_t a, size_t b) {
      return std::pair(key_of_time(a), a) < std::pair(key_of_time(b), b);
    });
    by_number_ = by_time_;
    std::ranges::stable_sort(
        by_number_, {}, [&](size_t i) { return std::pair(checkpoints_[i].number, checkpoints_[i].time_ns); });
    if (!goes_down()) return;
    join(share_files);
    make_parts();
  }

  Runs runs() const;

 private:
  std::tuple<int64_t, int64_t, int64_t> key_of_time(size_t i) const {
    const DatedCheckpoint& checkpoint = checkpoints_[i];
    return {checkpoint.time_ns / kSecond, checkpoint.number, checkpoint.time_ns};
  }
  bool goes_down() const {
    return !std::ranges::is_sorted(by_time_, {}, [&](size_t i) { return checkpoints_[i].number; });
  }
  void join(const ShareFiles& share_files);
  void make_parts();
  bool is_far_below() const;
  bool is_a_copy() const;
  bool are_long() const;
  bool have_pauses() const;
  // Seconds between two neighbours in the order of time.
  int64_t step_after(size_t place) const {
    return checkpoints_[by_time_[place + 1]].time_ns / kSecond -
           checkpoints_[by_time_[place]].time_ns / kSecond;
  }

  const Checkpoints& checkpoints_;
  std::vector<size_t> by_time_;
  std::vector<size_t> by_number_;
  std::vector<size_t> reach_;  // by place in the order of time: the last place that belongs to the same run
  std::vector<Part> parts_;    // empty: numbers and times agree
};

// A file lives from the checkpoint that wrote it to the one before its compaction: in an incremental chain
// neighbours share files.
void Cutter::join(const ShareFiles& share_files) {
  std::vector<size_t> place_of(by_time_.size());
  for (size_t place = 0; place < by_time_.size(); ++place) place_of[by_time_[place]] = place;
  reach_.resize(by_time_.size());
  std::iota(reach_.begin(), reach_.end(), 0);
  for (const std::vector<size_t>* order : {&by_time_, &by_number_}) {
    for (size_t i = 0; i + 1 < order->size(); ++i) {
      const auto [first, last] = std::minmax(place_of[(*order)[i]], place_of[(*order)[i + 1]]);
      if (reach_[first] < last && share_files((*order)[i], (*order)[i + 1])) reach_[first] = last;
    }
  }
}

void Cutter::make_parts() {
  for (size_t first = 0; first < by_time_.size();) {
    Part part{first, first, checkpoints_[by_time_[first]].number, checkpoints_[by_time_[first]].number};
    for (size_t place = first; place <= part.last; ++place) {
      part.last = std::max(part.last, reach_[place]);
      const int64_t number = checkpoints_[by_time_[place]].number;
      part.lowest = std::min(part.lowest, number);
      part.highest = std::max(part.highest, number);
    }
    first = part.last + 1;
    if (!parts_.empty() && parts_.back().highest <= part.lowest) {
      parts_.back().last = part.last;
      parts_.back().highest = part.highest;
    } else {
      parts_.push_back(part);
    }
  }
}

bool Cutter::is_far_below() const {
  const auto is_near = [&](const Part& before, const Part& part) {
    return before.lowest <= part.highest || distance_down(before, part) <= by_time_.size();
  };
  return std::ranges::adjacent_find(parts_, is_near) == parts_.end();
}

bool Cutter::is_a_copy() const {
  const auto adjoins = [](const Part& before, const Part& part) {
    return before.lowest > part.highest && distance_down(before, part) == 1;
  };
  return std::ranges::adjacent_find(parts_, adjoins) != parts_.end() ||
         std::ranges::is_sorted(by_time_, {},
                                [&](size_t i) { return std::to_string(checkpoints_[i].number); });
}

bool Cutter::are_long() const {
  return std::ranges::all_of(parts_, [](const Part& part) { return part.size() >= kManyOfARun; });
}

bool Cutter::have_pauses() const {
  int64_t longest_step = 1;
  int64_t shortest_pause = INT64_MAX;
  for (const Part& part : parts_) {
    if (part.size() < 2) return false;
    for (size_t place = part.first; place < part.last; ++place)
      longest_step = std::max(longest_step, step_after(place));
    if (part.last + 1 < by_time_.size()) shortest_pause = std::min(shortest_pause, step_after(part.last));
  }
  return shortest_pause / kLongPause >= longest_step;
}

Runs Cutter::runs() const {
  const bool apart = parts_.size() > 1 && (is_far_below() || (!is_a_copy() && (are_long() || have_pauses())));
  if (!apart) return {{by_number_}, !parts_.empty()};
  std::vector<size_t> run_of(by_time_.size());
  for (size_t run = 0; run < parts_.size(); ++run) {
    for (size_t place = parts_[run].first; place <= parts_[run].last; ++place) run_of[by_time_[place]] = run;
  }
  Runs result;
  result.runs.resize(parts_.size());
  for (const size_t i : by_number_) result.runs[run_of[i]].push_back(i);
  return result;
}

}  // namespace

Runs runs_of(const std::vector<DatedCheckpoint>& checkpoints, const ShareFiles& share_files) {
  if (checkpoints.empty()) return {};
  return Cutter(checkpoints, share_files).runs();
}

std::optional<size_t> newest_of(const std::vector<DatedCheckpoint>& checkpoints, const Runs& runs) {
  for (auto run = runs.runs.rbegin(); run != runs.runs.rend(); ++run) {
    for (auto i = run->rbegin(); i != run->rend(); ++i) {
      if (checkpoints[*i].is_usable) return *i;
    }
  }
  return std::nullopt;
}

bool is_older(const DatedCheckpoint& a, const DatedCheckpoint& b) {
  return std::tuple(a.time_ns / kSecond, a.number, a.time_ns) <
         std::tuple(b.time_ns / kSecond, b.number, b.time_ns);
}

}  // namespace checkpointfs::storage
