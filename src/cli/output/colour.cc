// SPDX-License-Identifier: Apache-2.0
#include "cli/output/colour.h"

#include <unistd.h>

#include <cstdlib>

#include "base/text/message.h"

namespace checkpointfs::cli {
namespace {

std::string_view environment(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? std::string_view() : value;
}

// The parameters of "select graphic rendition" in ECMA-48.
std::string_view rendition(Colour colour) {
  switch (colour) {
    case Colour::kNone:
      return {};
    case Colour::kBold:
      return "1";
    case Colour::kRed:
      return "31";
    case Colour::kYellow:
      return "33";
  }
  return {};
}

}  // namespace

bool has_colours() {
  const std::string_view terminal = environment("TERM");
  return !terminal.empty() && terminal != "dumb" && environment("NO_COLOR").empty() &&
         ::isatty(STDOUT_FILENO) == 1;
}

std::string coloured(std::string_view text, Colour colour) {
  if (text.empty() || colour == Colour::kNone || !has_colours()) return std::string(text);
  return base::format("\033[{}m{}\033[0m", rendition(colour), text);
}

}  // namespace checkpointfs::cli
