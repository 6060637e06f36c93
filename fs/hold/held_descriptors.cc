// SPDX-License-Identifier: Apache-2.0
#include "fs/hold/held_descriptors.h"

#include <sys/stat.h>

#include <map>
#include <mutex>
#include <utility>

#include "base/errors.h"

namespace checkpointfs::fs {

struct HeldDescriptors::State {
  using Key = std::pair<dev_t, ino_t>;

  std::mutex mutex;  // guards what follows; no file is opened or closed under it
  std::map<Key, std::weak_ptr<const base::UniqueFd>> open;
  size_t count = 0;

  // REQUIRES: the mutex is held.
  std::shared_ptr<const base::UniqueFd> find(const Key& key) const {
    const auto found = open.find(key);
    return found == open.end() ? nullptr : found->second.lock();
  }

  void closed(const Key& key) {
    const std::lock_guard lock(mutex);
    --count;
    // The same file may have been kept again meanwhile.
    const auto found = open.find(key);
    if (found != open.end() && found->second.expired()) open.erase(found);
  }
};

HeldDescriptors::HeldDescriptors(size_t most) : most_(most), state_(std::make_shared<State>()) {}

HeldDescriptors::Descriptor HeldDescriptors::keep(base::UniqueFd fd) {
  struct stat st = {};
  if (::fstat(fd.get(), &st) != 0) base::throw_errno("look at", "a state file");
  const State::Key key(st.st_dev, st.st_ino);
  {
    const std::lock_guard lock(state_->mutex);
    if (Descriptor same = state_->find(key)) return same;
    if (state_->count >= most_) return nullptr;
    ++state_->count;
  }
  Descriptor kept(new base::UniqueFd(std::move(fd)), [state = state_, key](const base::UniqueFd* closed) {
    delete closed;
    state->closed(key);
  });
  const std::lock_guard lock(state_->mutex);
  if (Descriptor same = state_->find(key)) return same;
  state_->open[key] = kept;
  return kept;
}

size_t HeldDescriptors::count() const {
  const std::lock_guard lock(state_->mutex);
  return state_->count;
}

}  // namespace checkpointfs::fs
