// SPDX-License-Identifier: Apache-2.0
// Checks the modified UTF-8 that java.io.DataInput.readUTF() takes.
#pragma once

#include <string_view>

namespace checkpointfs::java {

// Is true if readUTF() would decode `text`. readUTF() is laxer than base::utf8_from_modified(): lone
// surrogates, bytes of zero and longer forms than needed pass.
bool is_utf(std::string_view text);

}  // namespace checkpointfs::java
