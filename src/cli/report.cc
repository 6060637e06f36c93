// SPDX-License-Identifier: Apache-2.0
// checkpointfs report.
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <iostream>

#include "base/errors.h"
#include "base/unique_fd.h"
#include "cli/command.h"
#include "cli/options.h"
#include "cli/place.h"
#include "cli/report_html.h"

namespace checkpointfs::cli {
namespace {

void add_options(OptionGroup& group) {
  add_index_options(group);
  add_value(group, "output,o", "FILE", "write there instead of to standard output");
}

void write_file(const std::string& path, std::string_view text) {
  const base::UniqueFd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY, 0666));
  if (!file) base::throw_errno("write", path);
  while (!text.empty()) {
    const ssize_t n = ::write(file.get(), text.data(), text.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) base::throw_errno("write", path);
    text.remove_prefix(static_cast<size_t>(n));
  }
}

ExitCode run(const Invocation& invocation) {
  const Place place = open_place(invocation, "report");
  index::Reader reader(place.found.options.index_file);
  const std::string html = report_html(read_report(reader, place));
  if (invocation.has("output")) {
    write_file(invocation.text("output"), html);
  } else {
    std::cout << html;
  }
  return ExitCode::kOk;
}

}  // namespace

const Command kReport = {"report", kPlaceUsage,
                         "write a page about the storage, to be looked at in a browser", &add_options, &run};

}  // namespace checkpointfs::cli
