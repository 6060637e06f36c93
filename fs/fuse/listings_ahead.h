// SPDX-License-Identifier: Apache-2.0
// Pages of listings that are made before the kernel asks for them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "fs/projection/inode.h"

namespace checkpointfs::fs {

// One page of a directory, as the kernel gets it.
struct ListingPage {
  std::vector<char> bytes;  // [0 ... used)
  size_t used = 0;
  uint64_t next = 0;     // position after the last entry
  bool is_last = false;  // no entry follows
};

// While the kernel makes inodes of the names of one page, the thread that answered makes the next page. After
// the last page of a directory, it makes the first one of the next directory, if directories are listed in
// order. Thread-safe.
class ListingsAhead {
 public:
  // A request for a page.
  struct Place {
    Inode directory = 0;
    uint64_t after = 0;
    size_t size = 0;
    bool with_attributes = false;  // READDIRPLUS
    friend bool operator==(const Place&, const Place&) = default;
  };

  // A directory was listed to its end; `next` follows it in the directory above. Returns true if the program
  // came to it in this order, so that it will probably list the next one, too.
  bool comes_in_order(Inode listed, Inode next);

  // The projection that a page shows; only compared.
  using Shown = std::shared_ptr<const void>;

  // Takes the page out, if keep() was given one, and it shows `now`.
  std::optional<ListingPage> take(const Place& place, const Shown& now);
  // `shown`: read before the page was made. Drops older pages.
  void keep(const Place& place, const Shown& shown, ListingPage page);

 private:
  // Programs that list at the same time.
  static constexpr size_t kMost = 8;

  struct Kept {
    Place place;
    std::weak_ptr<const void> shown;
    ListingPage page;
  };

  std::mutex mutex_;
  std::list<Kept> kept_;    // newest first
  std::deque<Inode> next_;  // of comes_in_order(), newest first
};

}  // namespace checkpointfs::fs
