// SPDX-License-Identifier: Apache-2.0
#include "removal/trash/json_fields.h"

namespace checkpointfs::removal {

std::string text_at(const boost::json::object& object, const char* name) {
  return std::string(object.at(name).as_string());
}

int64_t number_at(const boost::json::object& object, const char* name) {
  return object.at(name).to_number<int64_t>();
}

}  // namespace checkpointfs::removal
