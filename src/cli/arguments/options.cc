// SPDX-License-Identifier: Apache-2.0
#include "cli/arguments/options.h"

#include <algorithm>

#include <boost/program_options/parsers.hpp>
#include <boost/program_options/positional_options.hpp>
#include <boost/program_options/value_semantic.hpp>

#include "base/text/message.h"
#include "cli/arguments/paths.h"
#include "cli/output/terminal.h"
#include "index/scan/mapping_argument.h"

namespace po = boost::program_options;

namespace checkpointfs::cli {
namespace {

constexpr const char* kOperand = "operand";

void all_options(const Command& command, OptionGroup& group) {
  command.add_options(group);
  add_flag(group, "help,h", "print this text and exit");
}

// "-f, --foreground", "    --index FILE".
std::string display_name(const po::option_description& option) {
  const std::string both = option.format_name();  // "-f [ --foreground ]" or "--index"
  const std::string parameter = option.format_parameter();
  return base::format("{}--{}{}{}", both.starts_with("--") ? "    " : both.substr(0, 2) + ", ",
                      option.long_name(), parameter.empty() ? "" : " ", parameter);
}

}  // namespace

void add_flag(OptionGroup& group, const char* names, const char* help) {
  group.add_options()(names, help);
}

void add_value(OptionGroup& group, const char* names, const char* value, const char* help) {
  group.add_options()(names, po::value<std::string>()->value_name(value), help);
}

void add_repeated(OptionGroup& group, const char* names, const char* value, const char* help) {
  group.add_options()(names, po::value<std::vector<std::string>>()->composing()->value_name(value), help);
}

void add_index_options(OptionGroup& group) {
  add_value(group, "index", "FILE", "keep the index in FILE, not in the state directory");
  add_repeated(group, "map", "URI=DIR", "what the metadata names below URI lies in the directory DIR");
  add_flag(group, "verbose,v", "say more about what is done");
}

void add_named_source_option(OptionGroup& group) {
  add_repeated(group, "source", "NAME=DIR", "a source that is shown in a directory of this name");
}

void add_source_option(OptionGroup& group) {
  add_repeated(group, "source", "DIR", "a directory of checkpoint storage to look in");
}

void add_json_option(OptionGroup& group) {
  add_flag(group, "json", "print JSON");
}

index::Options index_options(const Invocation& invocation, std::vector<std::string> sources) {
  index::Options options;
  options.sources = std::move(sources);
  for (const std::string& argument : invocation.texts("map")) {
    options.mappings.push_back(index::parse_mapping(argument));
  }
  // Absolute, as a daemon leaves the directory it was started in.
  if (invocation.has("index")) options.index_file = absolute_path(invocation.text("index"));
  return options;
}

index::Options index_options_with_sources(const Invocation& invocation,
                                          const std::vector<std::string>& operands) {
  index::Options options = index_options(invocation, operands);
  for (const std::string& argument : invocation.texts("source")) index::add_source(argument, &options);
  return options;
}

Invocation parse(const Command& command, const std::vector<std::string>& arguments) {
  OptionGroup group;
  all_options(command, group);
  group.add_options()(kOperand, po::value<std::vector<std::string>>());
  po::positional_options_description positional;
  positional.add(kOperand, -1);
  Invocation invocation;
  try {
    // Abbreviated options would change their meaning with each new option.
    const int style = po::command_line_style::unix_style & ~po::command_line_style::allow_guessing;
    const auto parsed =
        po::command_line_parser(arguments).options(group).positional(positional).style(style).run();
    po::store(parsed, invocation.options);
  } catch (const po::error& e) {
    throw base::Failure(base::FailureKind::kUsage,
                        base::format("{}; see 'checkpointfs help {}'", e.what(), command.name));
  }
  invocation.operands = invocation.texts(kOperand);
  if (std::ranges::any_of(invocation.operands, [](const std::string& operand) { return operand.empty(); })) {
    throw base::Failure(base::FailureKind::kUsage, "an argument is empty; name a path");
  }
  return invocation;
}

void require_operands(const Invocation& invocation, size_t at_least, size_t at_most, const char* what) {
  const size_t n = invocation.operands.size();
  if (n >= at_least && n <= at_most) return;
  throw base::Failure(
      base::FailureKind::kUsage,
      base::format("{}{}",
                   n < at_least ? "too few arguments; needed: " : "too many arguments; needed: ", what));
}

void print_help(std::ostream& out, const Command& command) {
  out << "Usage: checkpointfs " << command.name << " [OPTION]... " << command.usage << "\n"
      << wrapped(base::format("checkpointfs {} - {}", command.name, command.summary), 0, terminal_width(80))
      << "\n\nOptions:\n";
  OptionGroup group;
  all_options(command, group);
  size_t column = 0;
  for (const auto& option : group.options()) column = std::max(column, display_name(*option).size() + 4);
  for (const auto& option : group.options()) {
    std::string name = "  " + display_name(*option);
    name.resize(column, ' ');
    out << name << wrapped(option->description(), column, terminal_width(80)) << "\n";
  }
  out << "\nMore: man checkpointfs-" << command.name << "\n";
}

}  // namespace checkpointfs::cli
