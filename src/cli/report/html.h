// SPDX-License-Identifier: Apache-2.0
// Text and tables as HTML.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace checkpointfs::cli {

// Escapes `text` for an element or a quoted attribute, and makes it printable as base::printable() does.
std::string html_text(std::string_view text);

struct HtmlColumn {
  std::string title;
  std::string class_name = {};  // of its cells: "number", "path", "spark" or ""
  std::string hint = {};        // shown over the title
};

struct HtmlCell {
  HtmlCell(std::string content) : html(std::move(content)) {}
  HtmlCell(const char* content) : html(content) {}
  HtmlCell(std::string content, int64_t key) : html(std::move(content)), sort(std::to_string(key)) {}

  std::string html;
  std::string sort = {};  // orders the rows; "": the text does
};

using HtmlRow = std::vector<HtmlCell>;

// A table that becomes a list of cards on a narrow screen. `class_name`: "sortable" or "". REQUIRES: each row
// has a cell for each column.
std::string html_table(const std::vector<HtmlColumn>& columns, const std::vector<HtmlRow>& rows,
                       std::string_view class_name = {});

// "<p>... and 12 more: `command`</p>", or "" if nothing is left out.
std::string left_out(size_t all, size_t shown, const std::string& noun, const std::string& command);

}  // namespace checkpointfs::cli
