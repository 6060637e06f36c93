// SPDX-License-Identifier: Apache-2.0
// The interface of a view: another arrangement of the snapshots and files, in the control directory.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "fs/projection/inode.h"
#include "fs/projection/open_file.h"
#include "index/database/types.h"

namespace checkpointfs::fs {

// The moment at which the size of an entry gets known. Until then, `attributes` has none.
enum class Sized : uint8_t {
  kNow,
  kOnLookup,  // a text that takes long to make: a list leaves it out, lookup() and entry() make it
  kOnOpen,    // a text that is made when it is opened
};

struct Entry {
  Inode inode = 0;
  std::string name;
  index::Attributes attributes;
  Sized sized = Sized::kNow;
};

// Takes an entry and the position after it; returns false to stop.
using TakeEntry = std::function<bool(const Entry&, uint64_t position)>;

// Thread-safe. Throws what Projection throws. entry() need not set names.
class View {
 public:
  View() = default;
  virtual ~View() = default;
  View(const View&) = delete;
  View& operator=(const View&) = delete;

  virtual std::optional<Entry> entry(ViewId id) = 0;
  // The directory that holds a directory.
  virtual Inode parent(ViewId directory) = 0;
  virtual std::optional<Entry> lookup(ViewId directory, std::string_view name) = 0;
  // Without "." and ".."; `after` 0 is the start.
  virtual void list(ViewId directory, uint64_t after, const TakeEntry& take) = 0;
  // REQUIRES: a file of this view, not one of the projection.
  virtual std::unique_ptr<OpenFile> open(ViewId file) = 0;
  // REQUIRES: a symbolic link.
  virtual std::string target(ViewId link);
};

}  // namespace checkpointfs::fs
