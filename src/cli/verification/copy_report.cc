// SPDX-License-Identifier: Apache-2.0
#include "cli/verification/copy_report.h"

#include <algorithm>
#include <iostream>

#include "base/text/format.h"
#include "base/text/message.h"

namespace checkpointfs::cli {
namespace {

enum class Proof { kNone, kSizes, kContents };

// The least that is proven of every file.
Proof proof_of(const transfer::CopyVerdict& verdict) {
  if (verdict.problems > 0 || verdict.files == 0 || verdict.sizes < verdict.files) return Proof::kNone;
  return verdict.contents == verdict.files ? Proof::kContents : Proof::kSizes;
}

JsonValue proof_json(Proof proof) {
  switch (proof) {
    case Proof::kNone:
      return nullptr;
    case Proof::kSizes:
      return "size";
    case Proof::kContents:
      return "content";
  }
  return nullptr;
}

}  // namespace

std::string copy_conclusion(const transfer::CopyVerdict& verdict, transfer::MetadataFile metadata) {
  const bool left_out = metadata == transfer::MetadataFile::kLeftOut;
  const std::string_view but = left_out ? " but for _metadata" : "";
  const std::string files = base::counted(verdict.files, "file");
  const std::string all = base::format("{}, {}", files, base::human_bytes(verdict.bytes));
  if (verdict.files == 0) return base::format("not proven complete{}: the manifest names no file", but);
  if (verdict.problems > 0) {
    return base::format("not complete{}: {} of {} missing or wrong", but, verdict.problems,
                        files + (verdict.problems == 1 ? " is" : " are"));
  }
  if (verdict.sizes < verdict.files) {
    return base::format(
        "not proven complete{}: {} by name; the sizes of {} and the content of {} were compared", but,
        files + (verdict.files == 1 ? " is there" : " are there"), verdict.sizes, verdict.contents);
  }
  if (verdict.contents == verdict.files)
    return base::format("complete{}: {}, content of all compared", but, all);
  if (verdict.contents == 0) return base::format("complete{} by name and size only: {}", but, all);
  return base::format("complete{} by name and size: {}, content of {} compared", but, all, verdict.contents);
}

ExitCode exit_code_of(const transfer::CopyVerdict& verdict) {
  if (verdict.problems > 0) return ExitCode::kBroken;
  return proof_of(verdict) == Proof::kNone ? ExitCode::kFailure : ExitCode::kOk;
}

void CopyTextReport::add(const transfer::CopyFinding& finding) {
  if (finding.problem == transfer::CopyProblem::kMissing) ++missing_;
  if (++problems_ > most_) return;
  std::cout << base::printable(finding.name) << ": " << transfer::to_string(finding.problem) << ": "
            << base::printable(finding.reason) << "\n";
}

void CopyTextReport::add_additional(const std::string& name) {
  if (++additional_ > most_) return;
  additional_text_ += "  " + base::printable(name) + "\n";
}

void CopyTextReport::finish(const transfer::ManifestHeader& header, const transfer::CopyVerdict& verdict,
                            transfer::MetadataFile metadata) {
  if (problems_ > most_) std::cout << "and " << problems_ - most_ << " more, listed with -v\n";
  if (additional_ > 0) {
    std::cout << "note: " << base::counted(additional_, "name") << (additional_ == 1 ? " is" : " are")
              << " there, but not in the manifest:\n"
              << additional_text_;
    if (additional_ > most_) std::cout << "  and " << additional_ - most_ << " more, listed with -v\n";
  }
  if (!verdict.unusable_sum.empty()) {
    std::cout << "note: sums by " << base::printable(verdict.unusable_sum)
              << " cannot be compared; print them by: hadoop fs -Ddfs.checksum.combine.mode=COMPOSITE_CRC "
                 "-checksum URI...\n";
  }
  const std::string target = verdict.target.empty() ? "the listing" : base::printable(verdict.target);
  if (missing_ == verdict.files && missing_ > 0)
    std::cout << "note: no file is in " << target << "; if the copy is elsewhere, name its directory\n";
  std::cout << base::printable(header.snapshot) << " in " << target << ": "
            << copy_conclusion(verdict, metadata) << "\n";
}

void CopyJsonReport::add(const transfer::CopyFinding& finding) {
  problems_.push_back(JsonObject{{"file", finding.name},
                                 {"kind", std::string(transfer::to_string(finding.problem))},
                                 {"reason", finding.reason}});
}

void CopyJsonReport::finish(const transfer::ManifestHeader& header, const transfer::CopyVerdict& verdict,
                            transfer::MetadataFile metadata) {
  const Proof proof = proof_of(verdict);
  print_json(std::cout, JsonObject{{"snapshot", header.snapshot},
                                   {"checkpoint_id", header.checkpoint_id},
                                   {"target", verdict.target},
                                   {"complete", proof != Proof::kNone},
                                   {"proven", proof_json(proof)},
                                   {"without_metadata", metadata == transfer::MetadataFile::kLeftOut},
                                   {"files", verdict.files},
                                   {"bytes", verdict.bytes},
                                   {"sizes_compared", verdict.sizes},
                                   {"contents_compared", verdict.contents},
                                   {"bytes_read", verdict.bytes_read},
                                   {"unusable_sums", JsonValue::text_or_null(verdict.unusable_sum)},
                                   {"problems", problems_},
                                   {"additional", additional_},
                                   {"conclusion", copy_conclusion(verdict, metadata)}});
}

}  // namespace checkpointfs::cli
