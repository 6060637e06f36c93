// SPDX-License-Identifier: Apache-2.0
// The width of text and of the place where it is printed.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace checkpointfs::cli {

// Columns of the terminal that standard output is, or `otherwise` if it is none.
size_t terminal_width(size_t otherwise);

// Columns that UTF-8 text takes, a code point counted as one.
size_t display_width(std::string_view text);

// `text` in at most `width` columns, the middle replaced by "..." where it is too long.
std::string shortened(std::string_view text, size_t width);

// `text` broken at spaces into lines of at most `width` columns, the second and later ones indented by
// `indent`; the first is assumed to start at column `indent`.
std::string wrapped(std::string_view text, size_t indent, size_t width);

}  // namespace checkpointfs::cli
