// SPDX-License-Identifier: Apache-2.0
// Text as HTML.
#pragma once

#include <string>
#include <string_view>

namespace checkpointfs::cli {

// Escapes `text` for an element or a quoted attribute, and makes it printable as base::printable() does.
std::string html_text(std::string_view text);

}  // namespace checkpointfs::cli
