// SPDX-License-Identifier: Apache-2.0
// What --json prints, and the shapes that several commands share.
#pragma once

#include <ostream>
#include <string_view>
#include <vector>

#include <boost/json/value.hpp>

#include "index/read/reader.h"

namespace checkpointfs::cli {

// `text`, of any bytes, as a JSON string; they are escaped when it is printed, see base::with_json_escapes().
boost::json::string json_text(std::string_view text);

// On one line.
void print_json_line(std::ostream& out, const boost::json::value& value);
// Indented by two spaces, one newline at the end.
void print_json(std::ostream& out, const boost::json::value& value);

boost::json::array mappings_json(const std::vector<storage::Mapping>& mappings);
boost::json::array sources_json(const std::vector<storage::Root>& roots);
boost::json::object totals_json(const index::Totals& totals);
// Everything that the index knows of a snapshot.
boost::json::object snapshot_json(const index::Snapshot& snapshot, uint64_t exclusive_bytes);

}  // namespace checkpointfs::cli
