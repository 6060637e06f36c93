// SPDX-License-Identifier: Apache-2.0
// The output of `s5cmd ls` and of `s5cmd --json ls`.
#pragma once

#include "transfer/verify/listing_form.h"

namespace checkpointfs::transfer {

// "2026/11/22 10:24:00              6321  name", and "DIR  name/" in the column of the size.
// With -s and -e, the storage class and the ETag stand before the size; they are not used.
class S5cmdListing : public ListingForm {
 public:
  std::string add(std::string_view line, std::vector<ListedFile>& files) override;
};

// {"key":"s3://bucket/dir/name","type":"file","size":6321, ...}
class S5cmdJsonListing : public ListingForm {
 public:
  std::string add(std::string_view line, std::vector<ListedFile>& files) override;
};

}  // namespace checkpointfs::transfer
