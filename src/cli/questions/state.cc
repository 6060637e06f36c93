// SPDX-License-Identifier: Apache-2.0
// checkpointfs state.
#include "cli/arguments/command.h"
#include "cli/arguments/options.h"
#include "cli/state/answers.h"
#include "cli/state/row_query.h"

namespace checkpointfs::cli {
namespace {

void add_state_options(OptionGroup& group) {
  add_source_option(group);
  add_index_options(group);
  add_flag(group, "diff", "compare the state of an operator in two snapshots");
  add_row_options(group);
  add_json_option(group);
}

}  // namespace

const Command kState = {"state",
                        "SNAPSHOT [OPERATOR [STATE]]",
                        "print the keys and values in a snapshot",
                        &add_state_options,
                        &answer_state,
                        "$ checkpointfs state orders/latest\n"
                        "$ checkpointfs state orders/latest enrich counts --limit 10\n"};

}  // namespace checkpointfs::cli
