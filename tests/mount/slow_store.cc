// SPDX-License-Identifier: Apache-2.0
#include "slow_store.h"

#include <cstdlib>
#include <stdexcept>

#include "harness.h"

namespace checkpointfs::test {

SlowStore::SlowStore(const std::string& directory) : directory_(directory) {
  stdfs::create_directory(path());
  stdfs::create_directory(own_ / "control");
  start();
}

void SlowStore::start() const {
  const char* const program = std::getenv("CHECKPOINTFS_SLOW_STORE");
  if (program == nullptr) throw std::runtime_error("CHECKPOINTFS_SLOW_STORE names no program");
  const RunResult result = run({program, directory_, own_ / "control", path()});
  if (result.code != 0) throw std::runtime_error("slow-store: " + result.err);
}

void SlowStore::kill() const {
  const RunResult result = run({"pkill", "-KILL", "-f", "^[^ ]*slow-store .* " + path() + "$"});
  if (result.code != 0) throw std::runtime_error("no slow-store is killed: " + result.err);
}

void SlowStore::restart() const {
  detach(path());
  start();
}

SlowStore::~SlowStore() {
  answer();
  detach(path());
}

void SlowStore::delay(Milliseconds each_operation) const {
  write_file(control("delay"), std::to_string(each_operation.count()));
}

void SlowStore::hang(bool hard) const {
  write_file(control(hard ? "hang-hard" : "hang"), "");
}

void SlowStore::answer() const {
  for (const char* name : {"delay", "hang", "hang-hard"}) stdfs::remove(control(name));
}

std::string SlowStore::operations() const {
  return read_file(control("operations"));
}

}  // namespace checkpointfs::test
