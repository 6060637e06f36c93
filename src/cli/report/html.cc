// SPDX-License-Identifier: Apache-2.0
#include "cli/report/html.h"

#include "base/text/format.h"
#include "base/text/message.h"

namespace checkpointfs::cli {
namespace {

std::string attribute(std::string_view name, std::string_view value) {
  return value.empty() ? std::string() : base::format(" {}=\"{}\"", name, html_text(value));
}

}  // namespace

std::string html_text(std::string_view text) {
  std::string out;
  for (const char c : base::printable(text)) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string html_table(const std::vector<HtmlColumn>& columns, const std::vector<HtmlRow>& rows,
                       std::string_view class_name) {
  std::string out = base::format("<table{}>\n<thead><tr>", attribute("class", class_name));
  for (const HtmlColumn& column : columns) {
    out += base::format("<th{}{}>{}</th>", attribute("class", column.class_name),
                        attribute("title", column.hint), html_text(column.title));
  }
  out += "</tr></thead>\n<tbody>\n";
  for (const HtmlRow& row : rows) {
    out += "<tr>";
    for (size_t i = 0; i < row.size(); ++i) {
      out += base::format("<td{}{}{}>{}</td>", attribute("class", columns[i].class_name),
                          attribute("data-label", columns[i].title), attribute("data-sort", row[i].sort),
                          row[i].html);
    }
    out += "</tr>\n";
  }
  return out + "</tbody>\n</table>\n";
}

std::string left_out(size_t all, size_t shown, const std::string& noun, const std::string& command) {
  if (all <= shown) return {};
  return base::format("<p class=\"faint\">and {} more: <code>{}</code></p>\n",
                      base::counted(all - shown, noun), html_text(command));
}

}  // namespace checkpointfs::cli
