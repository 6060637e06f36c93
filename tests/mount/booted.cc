// SPDX-License-Identifier: Apache-2.0
#include "booted.h"

#include <csignal>
#include <cstdlib>
#include <stdexcept>

#include "eventually.h"

namespace checkpointfs::test {
namespace {

constexpr Milliseconds kBootTime{60'000};

std::string with_source(std::string text, const std::string& source) {
  static const std::string kWord = "@SOURCE@";
  for (size_t at = 0; (at = text.find(kWord, at)) != std::string::npos; at += source.size())
    text.replace(at, kWord.size(), source);
  return text;
}

std::string one_line(std::string text) {
  if (text.ends_with('\n')) text.pop_back();
  return text;
}

}  // namespace

Booted::Booted(const Handmade& storage, const std::map<std::string, std::string>& etc)
    : directory_(stdfs::path(storage.path()).parent_path()) {
  for (const auto& [name, text] : etc)
    write_file(directory_ + "/etc/" + name, with_source(text, storage.path()));
  // The system in there ends with this process, however this process ends.
  process_.emplace(std::vector<std::string>{"setpriv", "--pdeathsig", "TERM", CHECKPOINTFS_BOOT_SYSTEMD,
                                            directory_, std::getenv("CHECKPOINTFS"), CHECKPOINTFS_UNIT});
  const std::string pid_file = directory_ + "/pid";
  const auto runs = [&] {
    if (!stdfs::exists(pid_file)) return false;
    pid_ = one_line(read_file(pid_file));
    return run({"systemctl", "is-system-running", "--wait"}).out == "running\n";
  };
  bool is_running = false;
  within(kBootTime, [&] {
    is_running = runs();
    return is_running || ends_within(Milliseconds(0));
  });
  if (is_running) return;
  process_->signal(SIGTERM);
  const RunResult result = process_->wait();
  if (result.code != 77) throw std::runtime_error("systemd does not boot: " + result.out + result.err);
  why_not_ = one_line(result.out);
}

Booted::~Booted() {
  if (!why_not_.empty()) return;
  process_->signal(SIGTERM);
  process_->wait();
}

bool Booted::ends_within(Milliseconds limit) const {
  return test::ends_within(process_->pid(), limit);
}

RunResult Booted::run(const std::vector<std::string>& argv) const {
  std::vector<std::string> words = {"nsenter", "--target", pid_, "--all"};
  words.insert(words.end(), argv.begin(), argv.end());
  return test::run(words);
}

std::string Booted::systemctl(const std::vector<std::string>& words) const {
  std::vector<std::string> argv = {"systemctl"};
  argv.insert(argv.end(), words.begin(), words.end());
  return one_line(run(argv).out);
}

std::string Booted::journal(const std::vector<std::string>& words) const {
  run({"journalctl", "--sync"});
  std::vector<std::string> argv = {"journalctl", "--quiet", "--output=cat"};
  argv.insert(argv.end(), words.begin(), words.end());
  return run(argv).out;
}

std::string Booted::mounted_at(const std::string& path) const {
  const RunResult result = run({"findmnt", "--noheadings", "--output", "FSTYPE", "--mountpoint", path});
  std::string types = one_line(result.out);
  for (char& c : types) {
    if (c == '\n') c = ' ';
  }
  return types;
}

}  // namespace checkpointfs::test
