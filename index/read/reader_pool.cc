// SPDX-License-Identifier: Apache-2.0
#include "index/read/reader_pool.h"

#include <mutex>
#include <utility>

namespace checkpointfs::index {

struct ReaderPool::State {
  const std::string index_file;
  std::mutex mutex;  // guards idle; no reader is opened or used under it
  std::vector<std::unique_ptr<Reader>> idle;
};

ReaderPool::ReaderPool(std::string index_file, size_t readers)
    : state_(new State{std::move(index_file), {}, {}}) {
  while (state_->idle.size() < readers)
    state_->idle.push_back(std::make_unique<Reader>(state_->index_file, Reader::Sees::kOneState));
}

ReaderPool::~ReaderPool() = default;

ReaderPool::Lease ReaderPool::borrow() {
  {
    const std::lock_guard lock(state_->mutex);
    if (!state_->idle.empty()) {
      std::unique_ptr<Reader> reader = std::move(state_->idle.back());
      state_->idle.pop_back();
      return {state_, std::move(reader)};
    }
  }
  return {state_, std::make_unique<Reader>(state_->index_file, Reader::Sees::kOneState)};
}

ReaderPool::Lease::Lease(std::shared_ptr<State> pool, std::unique_ptr<Reader> reader)
    : pool_(std::move(pool)), reader_(std::move(reader)) {}

ReaderPool::Lease::~Lease() {
  if (!reader_) return;
  const std::lock_guard lock(pool_->mutex);
  pool_->idle.push_back(std::move(reader_));
}

}  // namespace checkpointfs::index
