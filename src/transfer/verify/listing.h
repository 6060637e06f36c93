// SPDX-License-Identifier: Apache-2.0
// Lists of files that other programs print for a store which is not mounted here.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/input_error.h"
#include "transfer/manifest/line_reader.h"
#include "transfer/verify/listing_form.h"

namespace checkpointfs::transfer {

// Returns the form of this name, or null: see listing_form_names().
std::unique_ptr<ListingForm> make_listing_form(std::string_view name);

// "hadoop-ls", "rclone-lsjson", "rclone-lsf", "s5cmd", "s5cmd-json", "s3-inventory=COLUMNS" and
// "hdfs-checksums". The last two are never recognised: they must be named.
std::string listing_form_names();

// Reads all of a listing; `name`: of its form, or "" to recognise the form by the first line, which exactly
// one form must be able to read. REQUIRES: `name` is "" or make_listing_form() knows it.
base::Result<std::vector<ListedFile>> read_listing(ByteSource source, std::string_view name);

}  // namespace checkpointfs::transfer
