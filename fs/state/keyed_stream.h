// SPDX-License-Identifier: Apache-2.0
// The lines of a keyed state, read from a child while it prints them.
#pragma once

#include <exception>
#include <memory>
#include <string>
#include <utility>

#include "fs/state/streamed_text.h"
#include "fs/state/state_texts.h"
#include "index/database/types.h"

namespace checkpointfs::fs {

// The child is started by the first read, and killed when the object ends, or the text is read again.
class KeyedStream : public TextSource {
 public:
  // `name`: for messages. Throws SystemError(EMFILE). REQUIRES: `texts` outlives it.
  KeyedStream(StateTexts& texts, index::Snapshot snapshot, StateRequest request, std::string name)
      : texts_(texts),
        snapshot_(std::move(snapshot)),
        request_(std::move(request)),
        name_(std::move(name)),
        ticket_(texts.open_stream(name_)) {}

  std::string next() override;
  void restart() override;

 private:
  StateTexts& texts_;
  const index::Snapshot snapshot_;
  const StateRequest request_;
  const std::string name_;
  const std::unique_ptr<StateTexts::Ticket> ticket_;
  std::unique_ptr<StateChild> child_;
  bool is_at_end_ = false;
  std::exception_ptr failure_;  // the child has failed
};

}  // namespace checkpointfs::fs
