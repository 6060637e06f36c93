// SPDX-License-Identifier: Apache-2.0
// The rules of deleting, by name: one list, from which the enum and the names are made. The tests break each
// rule in turn, and must fail then (tests/removal/rules-bite); no other build can break one.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace checkpointfs::removal {

// clang-format off
#define CHECKPOINTFS_RULES(RULE) \
  /* what cannot be read, or leads nowhere, keeps everything */ \
  RULE(kUnknownKeepsAll, "unknown-keeps-all") \
  /* so does a job that has suddenly lost all its snapshots, or a source all of its */ \
  RULE(kShrunkenKeepsAll, "shrunken-keeps-all") \
  /* what another snapshot refers to stays */ \
  RULE(kNeededIsKept, "needed-is-kept") \
  /* ... of whichever source */ \
  RULE(kEverySourceCounts, "every-source-counts") \
  /* a file with the name of one that a snapshot has lost stays */ \
  RULE(kLostNameIsKept, "lost-name-is-kept") \
  /* a segment that is needed keeps its whole file */ \
  RULE(kSegmentKeepsFile, "segment-keeps-file") \
  /* files are compared by device and inode as well */ \
  RULE(kOneFileManyNames, "one-file-many-names") \
  /* nothing in taskowned/ goes */ \
  RULE(kTaskOwnedIsKept, "task-owned-is-kept") \
  /* nothing in a ForSt database goes */ \
  RULE(kDatabaseIsKept, "database-is-kept") \
  /* what nobody refers to goes only if Flink gave it its name; no metadata, no pin ever */ \
  RULE(kOwnNamesOnly, "own-names-only") \
  /* what is young stays */ \
  RULE(kGracePeriod, "grace-period") \
  /* what has no time, or one in the future, stays */ \
  RULE(kUnknownTimeIsKept, "unknown-time-is-kept") \
  /* what is newer than its job's newest checkpoint stays */ \
  RULE(kInProgressIsKept, "in-progress-is-kept") \
  /* a job's newest checkpoint stays */ \
  RULE(kNewestIsKept, "newest-is-kept") \
  /* a snapshot that a cluster would recover from stays */ \
  RULE(kRecoveryIsKept, "recovery-is-kept") \
  /* what is not the file of the plan stays */ \
  RULE(kUnchangedOnly, "unchanged-only") \
  /* sources, mappings and victims are those of the plan */ \
  RULE(kUnchangedInputs, "unchanged-inputs") \
  /* all snapshots are read again before anything goes */ \
  RULE(kSecondLook, "second-look") \
  /* a plan is applied once */ \
  RULE(kAppliedOnce, "applied-once") \
  /* two processes do not remove at once */ \
  RULE(kOneAtATime, "one-at-a-time") \
  /* a snapshot's metadata goes first, and its files only if that went */ \
  RULE(kMetadataFirst, "metadata-first") \
  /* nothing is destroyed but by a purge */ \
  RULE(kToTheTrash, "to-the-trash") \
  /* restoring replaces no file */ \
  RULE(kNothingOverwritten, "nothing-overwritten") \
  /* what went is on record */ \
  RULE(kJournal, "journal") \
  /* a file that cannot be moved stops nothing but itself */ \
  RULE(kErrorsGoOn, "errors-go-on") \
  /* what a snapshot has lost is not purged */ \
  RULE(kPurgeKeepsLost, "purge-keeps-lost") \
  /* snapshots below names with a dot, and in shared/, need their files too */ \
  RULE(kHiddenIsRead, "hidden-is-read") \
  /* a link to a directory that is not looked at keeps everything */ \
  RULE(kLinksAreRefused, "links-are-refused") \
  /* nothing that lies in an excluded directory goes */ \
  RULE(kExcludedIsKept, "excluded-is-kept") \
  /* with a snapshot that cannot be decoded, nothing else goes */ \
  RULE(kQuarantineAlone, "quarantine-alone") \
  /* what such a snapshot may name stays, as long as it lies in the trash */ \
  RULE(kQuarantineKeeps, "quarantine-keeps") \
  /* a file of Hadoop's stays as long as what it belongs to */ \
  RULE(kMarkersStayWithOwner, "markers-stay-with-owner") \
  /* what metadata names goes only if Flink names such files so, in a job's directory */ \
  RULE(kNamedInJobsOnly, "named-in-jobs-only") \
  /* ... and, for root, if it belongs to the owner of that metadata */ \
  RULE(kOwnersOnly, "owners-only") \
  /* ... and, for a caller of a mount, if he could unlink it himself */ \
  RULE(kCallersOnly, "callers-only") \
  /* what was made or changed here lately is young, whatever its time says */ \
  RULE(kChangeTimeCounts, "change-time-counts") \
  /* what a snapshot in the trash needs is not purged without it */ \
  RULE(kTrashedNeedsCount, "trashed-needs-count") \
  /* a pin stays whose files a snapshot needs */ \
  RULE(kPinsAreNeeded, "pins-are-needed") \
  /* a state file with the name of one that a snapshot needs stays, wherever that lies */ \
  RULE(kSameNameIsKept, "same-name-is-kept") \
  /* most state files of a job with a usable checkpoint do not go unasked */ \
  RULE(kMostStay, "most-stay") \
  /* sources and jobs that had snapshots, and have none now, keep everything */ \
  RULE(kKnownIsMissed, "known-is-missed") \
  /* a checkpoint that has lost a file is none of the last, and not the newest */ \
  RULE(kOnlyUsableCounts, "only-usable-counts") \
  /* the last checkpoints stay of each run that shares a job's directory */ \
  RULE(kLastOfEachRun, "last-of-each-run")
// clang-format on

enum class Rule : uint8_t {
#define CHECKPOINTFS_RULE(rule, name) rule,
  CHECKPOINTFS_RULES(CHECKPOINTFS_RULE)
#undef CHECKPOINTFS_RULE
};

inline constexpr std::array kRuleNames = {
#define CHECKPOINTFS_RULE(rule, name) std::string_view(name),
    CHECKPOINTFS_RULES(CHECKPOINTFS_RULE)
#undef CHECKPOINTFS_RULE
};

#ifdef CHECKPOINTFS_BREAKABLE_RULES
// False for the rule that the environment variable CHECKPOINTFS_BROKEN_RULE names.
bool is_enforced(Rule rule);
#else
constexpr bool is_enforced(Rule) {
  return true;
}
#endif

}  // namespace checkpointfs::removal
