// SPDX-License-Identifier: Apache-2.0
#include "cli/state/parsed_json.h"

#include <boost/json/parse.hpp>

#include "base/errors.h"
#include "base/text/format.h"
#include "base/text/message.h"

namespace checkpointfs::cli {

ParsedJson::ParsedJson(std::string_view line) {
  boost::system::error_code error;
  boost::json::value value = boost::json::parse(line, error);
  if (error || !value.is_object()) refuse(line.substr(0, 80));
  object_ = std::move(value.get_object());
}

const boost::json::value& ParsedJson::at(std::string_view key) const {
  const boost::json::value* const found = object_.if_contains(key);
  if (found == nullptr) refuse(key);
  return *found;
}

void ParsedJson::refuse(std::string_view what) {
  throw base::Failure(
      base::FailureKind::kInput,
      base::format("the process that reads state has written no row: {}", base::printable(what)));
}

}  // namespace checkpointfs::cli
