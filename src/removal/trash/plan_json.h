// SPDX-License-Identifier: Apache-2.0
// Plans as text: what --plan writes, and what lies beside the trash while one is carried out.
#pragma once

#include <string>
#include <string_view>

#include <boost/json/value.hpp>

#include "base/named_file.h"
#include "removal/model/plan.h"

namespace checkpointfs::removal {

// Writes the plan as a JSON object on one line, piece by piece, as there may be many million files. Strings
// need not be UTF-8: paths are written as they are, and read again as they are.
void write_plan(const base::WriteText& write, const Plan& plan);
// The same without the brackets and the line feed. Each piece ends between two JSON tokens.
void write_plan_members(const base::WriteText& write, const Plan& plan);

// Both check the plan as a whole: paths are normal, every place lies in a source of the plan, numbers are
// possible. They throw Failure(kInput) with what is wrong; `name`: for the message.
Plan plan_from(const boost::json::value& value, const std::string& name);
Plan parse_plan(std::string_view text, const std::string& name);

// The path, if it is normal and leads out of nothing: no NUL, no "." or "..", not absolute. Throws
// std::out_of_range.
std::string checked_path(std::string path);

// A JSON text that may hold strings that are not UTF-8. Throws Failure(kInput).
boost::json::value parse_json(std::string_view text, const std::string& name);

}  // namespace checkpointfs::removal
