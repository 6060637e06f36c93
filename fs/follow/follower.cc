// SPDX-License-Identifier: Apache-2.0
#include "fs/follow/follower.h"

#include <utility>

#include "base/log.h"

namespace checkpointfs::fs {

Follower::Follower(FollowOptions options, CurrentProjection& shown, MountState& state,
                   CacheInvalidator& kernel)
    : options_(std::move(options)),
      state_(state),
      status_(state.mounted_at),
      index_(options_.index_file),
      listener_(options_, index_, shown, state, status_),
      updater_(options_, index_, listener_, shown, state, kernel, status_) {
  // A store that answers again may have changed, and other sources may name files in it.
  state_.calls->on_return([this] { rescan(); });
}

Follower::~Follower() {
  state_.calls->on_return({});
  stop(std::chrono::milliseconds::max());
}

void Follower::start() {
  if (thread_.start("follower", [this] { run(); })) {
    if (!listener_.start()) base::log_error("no thread could be started: state files are not checked");
    return;
  }
  status_.change([](auto& status) {
    status.how = "off";
    status.why = "no thread could be started";
  });
}

bool Follower::stop(std::chrono::milliseconds patience) {
  const bool checks_no_more = listener_.stop(patience);
  return thread_.stop(patience, [this] { listener_.wake(); }) && checks_no_more;
}

void Follower::reopen() {
  updater_.reopen();
  listener_.rescan();
}

void Follower::note_damage() {
  updater_.note_damage();
  listener_.wake();
}

FollowStatus Follower::status() const {
  FollowStatus status = status_.get();
  status.files = listener_.file_check_status();
  return status;
}

// The listener watches first, and the updater looks then: nothing is missed in between.
void Follower::run() {
  listener_.begin();
  for (bool first = true;; first = false) {
    if (!first || listener_.due().empty()) listener_.wait(updater_.not_before());
    listener_.collect();
    if (thread_.is_stopping()) return;
    if (ChangeListener::Clock::now() >= updater_.not_before()) updater_.update();
  }
}

}  // namespace checkpointfs::fs
