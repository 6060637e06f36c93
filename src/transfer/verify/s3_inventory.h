// SPDX-License-Identifier: Apache-2.0
// The CSV files of S3 inventories. They have no line with the names of the columns: those stand in the
// inventory's manifest.json as "fileSchema".
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "transfer/verify/listing_form.h"

namespace checkpointfs::transfer {

// Reads Bucket, Key, Size, IsLatest and IsDeleteMarker: older versions of an object do not count. The others
// are ignored, as ETags cannot be compared. A line is a row: keys are URL-encoded.
class S3Inventory : public ListingForm {
 public:
  // `columns`: "Bucket, Key, Size". Returns null without a column Key.
  static std::unique_ptr<ListingForm> with_columns(std::string_view columns);

  explicit S3Inventory(std::vector<std::string> columns) : columns_(std::move(columns)) {}
  std::string add(std::string_view line, std::vector<ListedFile>& files) override;

 private:
  std::vector<std::string> columns_;
};

}  // namespace checkpointfs::transfer
