// SPDX-License-Identifier: Apache-2.0
#include "cli/report/open_page.h"

#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "base/errors.h"
#include "base/named_file.h"
#include "base/path.h"
#include "base/text/format.h"
#include "base/text/message.h"

namespace checkpointfs::cli {
namespace {

std::string variable(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? std::string() : value;
}

[[noreturn]] void refuse(const char* why) {
  throw base::Failure(
      base::FailureKind::kUsage,
      base::format("--open: {}; write the page with -o FILE and open it elsewhere, or set BROWSER", why));
}

}  // namespace

std::string page_opener() {
  const std::string browsers = variable("BROWSER");
  if (!browsers.empty()) return browsers.substr(0, browsers.find(':'));
  if (::geteuid() == 0) refuse("root should not start a browser");
  if (variable("DISPLAY").empty() && variable("WAYLAND_DISPLAY").empty())
    refuse("there is no display, as DISPLAY and WAYLAND_DISPLAY are not set");
  return "xdg-open";
}

std::string write_own_page(const std::string& html) {
  const std::string temporary = variable("TMPDIR");
  std::string directory =
      base::join(temporary.starts_with('/') ? temporary : std::string("/tmp"), "checkpointfs-XXXXXX");
  if (::mkdtemp(directory.data()) == nullptr) base::throw_errno("create directory", directory);
  std::string file = base::join(directory, "report.html");
  base::replace_file(file, html);
  return file;
}

void open_page(const std::string& opener, const std::string& file) {
  const std::string path = std::filesystem::absolute(file);
  ::execlp(opener.c_str(), opener.c_str(), path.c_str(), nullptr);
  throw base::Failure(base::FailureKind::kUsage,
                      base::format("cannot start {}: {}; the page is {}", base::printable(opener),
                                   std::strerror(errno), base::printable(path)));
}

}  // namespace checkpointfs::cli
