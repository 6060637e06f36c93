// SPDX-License-Identifier: Apache-2.0
// The options that several commands share, and the parsing of command lines.
#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "cli/arguments/command.h"
#include "index/scan/configuration.h"

namespace checkpointfs::cli {

// Flags and values, written once each: `names` is "long" or "long,x".
void add_flag(OptionGroup& group, const char* names, const char* help);
void add_value(OptionGroup& group, const char* names, const char* value, const char* help);
void add_repeated(OptionGroup& group, const char* names, const char* value, const char* help);

// --index, --map, --verbose: every command that opens an index.
void add_index_options(OptionGroup& group);
// --source of commands whose operands are sources; `operands` of index::Options, with those of --source.
void add_named_source_option(OptionGroup& group);
index::Options index_options_with_sources(const Invocation& invocation,
                                          const std::vector<std::string>& operands);
// --source: the commands whose operand is not a source.
void add_source_option(OptionGroup& group);
void add_json_option(OptionGroup& group);

// What --index and --map say; `sources` as given. Throws Failure(kUsage).
index::Options index_options(const Invocation& invocation, std::vector<std::string> sources);

// Parses what follows the command's name. Throws Failure(kUsage).
Invocation parse(const Command& command, const std::vector<std::string>& arguments);

// Checks the number of operands; `what` names them for the message. Throws Failure(kUsage).
void require_operands(const Invocation& invocation, size_t at_least, size_t at_most, const char* what);

void print_help(std::ostream& out, const Command& command);

}  // namespace checkpointfs::cli
