// SPDX-License-Identifier: Apache-2.0
// The interface of one form of listings.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "transfer/manifest/sha256.h"

namespace checkpointfs::transfer {

// One row of a listing. Whatever the listing does not tell is empty.
struct ListedFile {
  std::string path = {};  // as it is printed, without a slash at its end
  bool directory = false;
  std::optional<uint64_t> size = {};
  std::optional<uint32_t> crc32c = {};
  std::optional<Sha256Sum> sha256 = {};
  std::string unusable_sum = {};  // the algorithm of a sum that cannot be compared with the manifest's
};

// Adds the object of a bucket with this key. A key that ends with a slash is a directory, or the empty object
// that some programs make for one; the object of the listed directory itself has an empty key and is not
// added.
inline void add_key(ListedFile object, std::string_view key, std::vector<ListedFile>& files) {
  if (key.ends_with('/')) {
    key.remove_suffix(1);
    object.directory = true;
    object.size = std::nullopt;
  }
  object.path = key;
  if (!key.empty()) files.push_back(std::move(object));
}

// Reads one form of listings, line by line.
class ListingForm {
 public:
  virtual ~ListingForm() = default;
  // Adds the files of a line. Returns the error in the line, or "".
  virtual std::string add(std::string_view line, std::vector<ListedFile>& files) = 0;
  // Called after the last line. Returns the reason why the listing cannot be whole, or "".
  virtual std::string finish() { return ""; }
};

}  // namespace checkpointfs::transfer
