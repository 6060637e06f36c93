// SPDX-License-Identifier: Apache-2.0
#include "base/errors.h"

#include <cerrno>
#include <system_error>

#include "base/text/message.h"

namespace checkpointfs::base {

SystemError::SystemError(int code, std::string_view action, std::string_view path)
    : std::runtime_error(base::format("{} {}: {}", action, path, std::generic_category().message(code))),
      code_(code) {}

void throw_errno(std::string_view action, std::string_view path) {
  throw SystemError(errno, action, path);
}

bool is_shortage(int error) {
  return error == EMFILE || error == ENFILE || error == ENOMEM;
}

bool says_nothing_of_the_file(int error) {
  switch (error) {
    case EAGAIN:
    case ECONNABORTED:
    case ECONNREFUSED:
    case ECONNRESET:
    case EHOSTDOWN:
    case EHOSTUNREACH:
    case EINTR:
    case ENETDOWN:
    case ENETUNREACH:
    case ENOTCONN:
    case ETIMEDOUT:
      return true;
    default:
      return is_shortage(error);
  }
}

}  // namespace checkpointfs::base
