// SPDX-License-Identifier: Apache-2.0
#include "removal/model/rules.h"

#ifdef CHECKPOINTFS_BREAKABLE_RULES
#include <cstdlib>

namespace checkpointfs::removal {

bool is_enforced(Rule rule) {
  static const char* const broken = std::getenv("CHECKPOINTFS_BROKEN_RULE");
  return broken == nullptr || kRuleNames.at(static_cast<size_t>(rule)) != broken;
}

}  // namespace checkpointfs::removal
#endif
