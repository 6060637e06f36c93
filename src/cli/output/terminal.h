// SPDX-License-Identifier: Apache-2.0
// The width of the terminal, and text that fits into it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace checkpointfs::cli {

// The columns of the terminal that standard output is; `otherwise` if standard output is not a terminal.
size_t terminal_width(size_t otherwise);

// The columns that UTF-8 text takes, one for each code point, and none for a colour (colour.h).
size_t display_width(std::string_view text);

// Shortens `text` to at most `width` columns; "..." replaces the middle.
std::string shortened(std::string_view text, size_t width);

// Breaks `text` at spaces into lines of at most `width` columns. Assumes that the first line starts at column
// `indent`, and indents the other lines by it.
std::string wrapped(std::string_view text, size_t indent, size_t width);

}  // namespace checkpointfs::cli
