// SPDX-License-Identifier: Apache-2.0
// The output of `rclone lsjson [--hash] [-R]` and of `rclone lsf --format sp`.
#pragma once

#include "transfer/verify/listing_form.h"

namespace checkpointfs::transfer {

// "[", then an object a line, "]". The last line is missing if rclone failed.
class RcloneJsonListing : public ListingForm {
 public:
  std::string add(std::string_view line, std::vector<ListedFile>& files) override;
  std::string finish() override;

 private:
  enum class Expected { kOpening, kFirst, kNext, kClosing, kNothing } expected_ = Expected::kOpening;
};

// "6321;name", and "-1;name/" for a directory.
class RcloneListing : public ListingForm {
 public:
  std::string add(std::string_view line, std::vector<ListedFile>& files) override;
};

}  // namespace checkpointfs::transfer
