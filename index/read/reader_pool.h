// SPDX-License-Identifier: Apache-2.0
// ReaderPool: Readers for many threads, which all see the index as it was when the pool was made.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "index/read/reader.h"

namespace checkpointfs::index {

class ReaderPool {
 private:
  struct State;

 public:
  // Opens `readers` at once. A reader that is opened later, because all are lent, sees the index as it is
  // then. REQUIRES: nobody changes the index while the pool lives.
  ReaderPool(std::string index_file, size_t readers);
  ~ReaderPool();

  // A Reader on loan. May outlive the pool.
  class Lease {
   public:
    Lease(std::shared_ptr<State> pool, std::unique_ptr<Reader> reader);
    Lease(Lease&&) noexcept = default;
    ~Lease();
    Reader* operator->() const { return reader_.get(); }
    Reader& operator*() const { return *reader_; }

   private:
    std::shared_ptr<State> pool_;
    std::unique_ptr<Reader> reader_;
  };
  Lease borrow();

 private:
  std::shared_ptr<State> state_;
};

}  // namespace checkpointfs::index
