// SPDX-License-Identifier: Apache-2.0
#include "cli/output/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>

namespace checkpointfs::cli {
namespace {

bool starts_character(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
}

// The number of bytes of the first `columns` characters of `text`.
size_t bytes_of(std::string_view text, size_t columns) {
  size_t i = 0;
  for (; i < text.size(); ++i) {
    if (starts_character(text[i]) && columns-- == 0) break;
  }
  return i;
}

}  // namespace

size_t terminal_width(size_t otherwise) {
  winsize size = {};
  if (::isatty(STDOUT_FILENO) != 1 || ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) {
    return otherwise;
  }
  return std::max<size_t>(size.ws_col, 40);
}

size_t display_width(std::string_view text) {
  size_t width = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\033') {
      i = std::min(text.find('m', i), text.size());
    } else if (starts_character(text[i])) {
      ++width;
    }
  }
  return width;
}

std::string shortened(std::string_view text, size_t width) {
  static constexpr std::string_view kGap = "...";
  const size_t total = display_width(text);
  if (total <= width || width <= kGap.size()) return std::string(text);
  // Keeps more of the end, which tells more than the start: "chk-42" after a job's id.
  const size_t tail = (width - kGap.size()) * 2 / 3;
  const size_t head = width - kGap.size() - tail;
  std::string out(text.substr(0, bytes_of(text, head)));
  out += kGap;
  out += text.substr(bytes_of(text, total - tail));
  return out;
}

std::string wrapped(std::string_view text, size_t indent, size_t width) {
  const size_t room = width > indent + 20 ? width - indent : 20;
  std::string out;
  size_t column = 0;
  while (!text.empty()) {
    const size_t end = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (column != 0 && column + 1 + display_width(word) > room) {
      out += '\n';
      out.append(indent, ' ');
      column = 0;
    } else if (column != 0) {
      out += ' ';
      ++column;
    }
    out += word;
    column += display_width(word);
  }
  return out;
}

}  // namespace checkpointfs::cli
