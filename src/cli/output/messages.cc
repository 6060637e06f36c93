// SPDX-License-Identifier: Apache-2.0
#include "cli/output/messages.h"

#include <algorithm>
#include <iostream>

#include "base/log.h"
#include "cli/output/json.h"

namespace checkpointfs::cli {
namespace {

MessageForm message_form = MessageForm::kText;
Remarks remarks_wanted = Remarks::kPrinted;

void print_object(std::string_view kind, const JsonObject& object) {
  print_json_line(std::cerr, JsonObject{{kind, object}});
  std::cerr.flush();
}

void print_prefixed(std::string_view message) {
  std::cerr << base::stderr_prefix(base::LogLevel::kError) << "checkpointfs: " << message << std::endl;
}

}  // namespace

void set_messages(MessageForm form, Remarks remarks) {
  message_form = form;
  remarks_wanted = remarks;
}

Remarks remarks() {
  return remarks_wanted;
}

void print_failure(int code, std::string_view name, std::string_view message, std::string_view path) {
  if (message_form == MessageForm::kText) return print_prefixed(message);
  JsonObject error{{"code", code}, {"name", name}, {"message", message}};
  if (!path.empty()) error.add("path", path);
  print_object("error", error);
}

void print_warning(std::string_view message) {
  if (message_form == MessageForm::kText) return print_prefixed(message);
  print_object("warning", {{"message", message}});
}

void print_remark(std::string_view lines) {
  if (remarks_wanted == Remarks::kSilenced) return;
  while (!lines.empty()) {
    const size_t end = std::min(lines.find('\n'), lines.size());
    const std::string_view line = lines.substr(0, end);
    lines.remove_prefix(std::min(end + 1, lines.size()));
    if (message_form == MessageForm::kJson) {
      print_object("remark", {{"message", line}});
    } else {
      std::cerr << line << std::endl;
    }
  }
}

}  // namespace checkpointfs::cli
