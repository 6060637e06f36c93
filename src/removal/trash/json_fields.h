// SPDX-License-Identifier: Apache-2.0
// Members of the objects in the records of the trash. Each function throws std::out_of_range, or what
// Boost.JSON throws, if the object has no such member, or one of another type.
#pragma once

#include <cstdint>
#include <string>

#include <boost/json/object.hpp>

namespace checkpointfs::removal {

std::string text_at(const boost::json::object& object, const char* name);
int64_t number_at(const boost::json::object& object, const char* name);

}  // namespace checkpointfs::removal
