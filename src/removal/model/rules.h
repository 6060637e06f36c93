// SPDX-License-Identifier: Apache-2.0
// The rules of deleting, by name. Each can be broken in the tests, and in the tests alone, to see that they
// notice.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace checkpointfs::removal {

enum class Rule : uint8_t {
  kUnknownKeepsAll,     // what cannot be read, or leads nowhere, keeps everything
  kShrunkenKeepsAll,    // so does a job that has suddenly lost all its snapshots, or a source all of its
  kNeededIsKept,        // what another snapshot refers to stays
  kEverySourceCounts,   // ... of whichever source
  kLostNameIsKept,      // a file with the name of one that a snapshot has lost stays
  kSegmentKeepsFile,    // a segment that is needed keeps its whole file
  kOneFileManyNames,    // files are compared by device and inode as well
  kTaskOwnedIsKept,     // nothing in taskowned/ goes
  kDatabaseIsKept,      // nothing in a ForSt database goes
  kOwnNamesOnly,        // what nobody refers to goes only if Flink gave it its name; no metadata, no pin ever
  kGracePeriod,         // what is young stays
  kUnknownTimeIsKept,   // what has no time, or one in the future, stays
  kInProgressIsKept,    // what is newer than its job's newest checkpoint stays
  kNewestIsKept,        // a job's newest checkpoint stays
  kUnchangedOnly,       // what is not the file of the plan stays
  kUnchangedInputs,     // sources, mappings and victims are those of the plan
  kSecondLook,          // all snapshots are read again before anything goes
  kAppliedOnce,         // a plan is applied once
  kOneAtATime,          // two processes do not remove at once
  kMetadataFirst,       // a snapshot's metadata goes first, and its files only if that went
  kToTheTrash,          // nothing is destroyed but by a purge
  kNothingOverwritten,  // restoring replaces no file
  kJournal,             // what went is on record
  kErrorsGoOn,          // a file that cannot be moved stops nothing but itself
  kPurgeKeepsLost,      // what a snapshot has lost is not purged
  kHiddenIsRead,        // snapshots below names with a dot, and in shared/, need their files too
  kLinksAreRefused,     // a link to a directory that is not looked at keeps everything
  kExcludedIsKept,      // nothing that lies in an excluded directory goes
  kQuarantineAlone,     // with a snapshot that cannot be decoded, nothing else goes
  kQuarantineKeeps,     // what such a snapshot may name stays, as long as it lies in the trash
  kMarkersStayWithOwner,  // a file of Hadoop's stays as long as what it belongs to
  kNamedInJobsOnly,       // what metadata names goes only if Flink names such files so, in a job's directory
  kOwnersOnly,            // ... and, for root, if it belongs to the owner of that metadata
  kCallersOnly,           // ... and, for a caller of a mount, if he could unlink it himself
  kChangeTimeCounts,      // what was made or changed here lately is young, whatever its time says
  kTrashedNeedsCount,     // what a snapshot in the trash needs is not purged without it
  kPinsAreNeeded,         // a pin stays whose files a snapshot needs
  kSameNameIsKept,        // a state file with the name of one that a snapshot needs stays, wherever that lies
  kMostStay,              // most state files of a job with a usable checkpoint do not go unasked
  kKnownIsMissed,         // sources and jobs that had snapshots, and have none now, keep everything
  kOnlyUsableCounts,      // a checkpoint that has lost a file is none of the last, and not the newest
  kLastOfEachRun,         // the last checkpoints stay of each run that shares a job's directory
};

inline constexpr std::array<std::string_view, 42> kRuleNames = {"unknown-keeps-all",
                                                                "shrunken-keeps-all",
                                                                "needed-is-kept",
                                                                "every-source-counts",
                                                                "lost-name-is-kept",
                                                                "segment-keeps-file",
                                                                "one-file-many-names",
                                                                "task-owned-is-kept",
                                                                "database-is-kept",
                                                                "own-names-only",
                                                                "grace-period",
                                                                "unknown-time-is-kept",
                                                                "in-progress-is-kept",
                                                                "newest-is-kept",
                                                                "unchanged-only",
                                                                "unchanged-inputs",
                                                                "second-look",
                                                                "applied-once",
                                                                "one-at-a-time",
                                                                "metadata-first",
                                                                "to-the-trash",
                                                                "nothing-overwritten",
                                                                "journal",
                                                                "errors-go-on",
                                                                "purge-keeps-lost",
                                                                "hidden-is-read",
                                                                "links-are-refused",
                                                                "excluded-is-kept",
                                                                "quarantine-alone",
                                                                "quarantine-keeps",
                                                                "markers-stay-with-owner",
                                                                "named-in-jobs-only",
                                                                "owners-only",
                                                                "callers-only",
                                                                "change-time-counts",
                                                                "trashed-needs-count",
                                                                "pins-are-needed",
                                                                "same-name-is-kept",
                                                                "most-stay",
                                                                "known-is-missed",
                                                                "only-usable-counts",
                                                                "last-of-each-run"};

#ifdef CHECKPOINTFS_BREAKABLE_RULES
// False for the rule that the environment variable CHECKPOINTFS_BROKEN_RULE names.
bool is_enforced(Rule rule);
#else
constexpr bool is_enforced(Rule) {
  return true;
}
#endif

}  // namespace checkpointfs::removal
