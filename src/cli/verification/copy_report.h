// SPDX-License-Identifier: Apache-2.0
// Prints the verdict on a copy, as text or as JSON.
#pragma once

#include <cstdint>
#include <string>

#include "cli/arguments/exit_code.h"
#include "cli/output/json.h"
#include "cli/verification/copy_arguments.h"
#include "transfer/manifest/manifest.h"
#include "transfer/verify/copy_verdict.h"

namespace checkpointfs::cli {

// The last sentence of the text: never more than was proven.
std::string copy_conclusion(const transfer::CopyVerdict& verdict, transfer::MetadataFile metadata);

// 0 if the name and size of every file are right, and each content that was compared.
ExitCode exit_code_of(const transfer::CopyVerdict& verdict);

// Receives the findings one by one, and the verdict at the end.
class CopyReport {
 public:
  virtual ~CopyReport() = default;
  virtual void add(const transfer::CopyFinding& finding) = 0;
  virtual void add_additional(const std::string& name) = 0;
  virtual void finish(const transfer::ManifestHeader& header, const transfer::CopyVerdict& verdict,
                      transfer::MetadataFile metadata) = 0;
};

// Prints problems as they come.
class CopyTextReport : public CopyReport {
 public:
  // Names at most `most` problems, and as many additional files.
  explicit CopyTextReport(uint64_t most) : most_(most) {}
  void add(const transfer::CopyFinding& finding) override;
  void add_additional(const std::string& name) override;
  void finish(const transfer::ManifestHeader& header, const transfer::CopyVerdict& verdict,
              transfer::MetadataFile metadata) override;

 private:
  uint64_t most_;
  uint64_t problems_ = 0;
  uint64_t missing_ = 0;
  uint64_t additional_ = 0;
  std::string additional_text_;
};

class CopyJsonReport : public CopyReport {
 public:
  void add(const transfer::CopyFinding& finding) override;
  void add_additional(const std::string& name) override { additional_.push_back(name); }
  void finish(const transfer::ManifestHeader& header, const transfer::CopyVerdict& verdict,
              transfer::MetadataFile metadata) override;

 private:
  JsonArray problems_;
  JsonArray additional_;
};

}  // namespace checkpointfs::cli
