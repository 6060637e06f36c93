// SPDX-License-Identifier: Apache-2.0
// Messages on standard error, for people or (--json) as one JSON object a line.
#pragma once

#include <string_view>

namespace checkpointfs::cli {

enum class MessageForm { kText, kJson };
enum class Remarks { kPrinted, kSilenced };

// Sets the form of all messages. Silenced remarks silence progress too. Without a call, messages are text and
// remarks are printed. REQUIRES: no other thread.
void set_messages(MessageForm form, Remarks remarks);
Remarks remarks();

// Prints why the command failed: "checkpointfs: <message>" or
// {"error":{"code":3,"name":"not_found","message":"...","path":"..."}}, without an empty `path`. `name`: see
// exit_code.h.
void print_failure(int code, std::string_view name, std::string_view message, std::string_view path);

// Prints something that the user should look at, although the command goes on: "checkpointfs: <message>" or
// {"warning":{"message":"..."}}.
void print_warning(std::string_view message);

// Prints lines that help to understand the result, unless remarks are silenced: each as "<line>" or
// {"remark":{"message":"<line>"}}.
void print_remark(std::string_view lines);

}  // namespace checkpointfs::cli
