// SPDX-License-Identifier: Apache-2.0
// What java.io.DataInput.readUTF() takes.
#pragma once

#include <string_view>

namespace checkpointfs::flink {

// Whether readUTF() would decode `text`. It is laxer than base::utf8_from_modified(): lone surrogates, bytes
// of zero and longer forms than needed pass.
bool is_java_utf(std::string_view text);

}  // namespace checkpointfs::flink
