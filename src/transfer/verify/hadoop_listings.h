// SPDX-License-Identifier: Apache-2.0
// The output of `hadoop fs -ls [-R]` and of `hadoop fs -checksum`, on any of Hadoop's file systems.
#pragma once

#include <cstdint>
#include <optional>

#include "transfer/verify/listing_form.h"

namespace checkpointfs::transfer {

// "-rw-r--r--   3 user group       6321 2026-11-22 10:24 hdfs://host/dir/name"; without -R, "Found 3 items"
// stands above the items of each directory.
class HadoopListing : public ListingForm {
 public:
  std::string add(std::string_view line, std::vector<ListedFile>& files) override;
  std::string finish() override;

 private:
  std::optional<uint64_t> missing_;  // items of the directory that did not come yet
};

// "hdfs://host/dir/name\tCOMPOSITE-CRC32C\t271636a1", printed with
// -Ddfs.checksum.combine.mode=COMPOSITE_CRC: then it is the CRC32C of the bytes, whatever the blocks are.
class HadoopChecksums : public ListingForm {
 public:
  std::string add(std::string_view line, std::vector<ListedFile>& files) override;
};

}  // namespace checkpointfs::transfer
