// SPDX-License-Identifier: Apache-2.0
// The error of a wrong input: a value, never an exception.
#pragma once

#include <cstdint>
#include <string>

#include <boost/system/result.hpp>

namespace checkpointfs::base {

struct InputError {
  uint64_t offset = 0;     // bytes from the start of the input
  std::string field;       // e.g. "operators[2].subtasks[0].keyed.tag"
  std::string reason;      // e.g. "unknown tag 42"
  bool truncated = false;  // the input ended before the field did: perhaps still being written
};

// "offset 12, version: unknown version 99".
std::string to_string(const InputError& error);

// A value or the reason why there is none. Ask has_value() first; operator* REQUIRES it.
template <typename T>
using Result = boost::system::result<T, InputError>;

// Found by boost::system::result: value() of a failed result is a bug of ours, not an input error.
[[noreturn]] void throw_exception_from_error(const InputError& error, const boost::source_location& where);

}  // namespace checkpointfs::base
