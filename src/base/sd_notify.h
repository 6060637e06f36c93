// SPDX-License-Identifier: Apache-2.0
// Tells the service manager that the program is ready, as sd_notify(3) does.
#pragma once

#include <string_view>

namespace checkpointfs::base {

// Sends `state` ("READY=1") to the socket that NOTIFY_SOCKET names. Nothing happens if there is none, or
// nobody listens.
void notify_service_manager(std::string_view state);

}  // namespace checkpointfs::base
