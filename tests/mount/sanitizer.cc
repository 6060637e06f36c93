// SPDX-License-Identifier: Apache-2.0
#include "sanitizer.h"

#include <cstdlib>

#include "tests/support/files.h"

namespace checkpointfs::test {
namespace {

const TempDirectory& reports() {
  static const TempDirectory directory;
  return directory;
}

void add_options(const char* variable, const std::string& options) {
  const char* given = std::getenv(variable);
  const std::string before = given != nullptr && *given != '\0' ? std::string(given) + ":" : "";
  ::setenv(variable, (before + options).c_str(), 1);
}

}  // namespace

void collect_sanitizer_reports() {
  add_options("ASAN_OPTIONS", "log_path=" + (reports() / "asan"));
  add_options("UBSAN_OPTIONS", "print_stacktrace=1:log_path=" + (reports() / "ubsan"));
  add_options("TSAN_OPTIONS", "log_path=" + (reports() / "tsan"));
}

std::string sanitizer_complaint() {
  std::string all;
  for (const std::string& name : names_in(reports().path())) {
    all += read_file(reports() / name);
    stdfs::remove(reports() / name);
  }
  return all;
}

}  // namespace checkpointfs::test
