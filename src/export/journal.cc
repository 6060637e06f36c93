// SPDX-License-Identifier: Apache-2.0
#include "export/journal.h"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <functional>
#include <memory>

#include "base/errors.h"
#include "base/text/hex.h"
#include "base/text/message.h"
#include "base/text/numbers.h"
#include "storage/state_file.h"

namespace checkpointfs::exporting {
namespace {

constexpr std::string_view kMagic = "checkpointfs-export";
constexpr std::string_view kVersion = "1";
constexpr std::string_view kFileScheme = "file:";
constexpr size_t kLongestLine = 64 << 10;
constexpr size_t kBuffer = 1 << 20;  // more than one line
constexpr size_t kSumDigits = 8;

bool needs_escape(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7f || c == '%';
}

void append_field(std::string& line, std::string_view text) {
  for (const char c : text) {
    if (needs_escape(c)) {
      line += '%';
      base::append_hex_digits({&c, 1}, line);
    } else {
      line += c;
    }
  }
  line += '\t';
}

template <typename Number>
void append_number(std::string& line, Number number) {
  std::array<char, 24> digits = {};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  line.append(digits.data(), end);
  line += '\t';
}

// The sum of a line, and the line feed.
void finish(std::string& line) {
  transfer::Crc32c sum;
  sum.update(line);
  line += transfer::crc32c_text(sum.value());
  line += '\n';
}

int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

// Takes the fields of a line apart. After an error all fields are empty.
class Fields {
 public:
  // `line`: without the line feed.
  explicit Fields(std::string_view line) {
    if (line.size() <= kSumDigits || line[line.size() - kSumDigits - 1] != '\t') {
      fail();
      return;
    }
    rest_ = line.substr(0, line.size() - kSumDigits);
    transfer::Crc32c sum;
    sum.update(rest_);
    if (transfer::crc32c_from_text(line.substr(rest_.size())) != sum.value()) fail();
  }

  bool is_good() const { return good_; }
  bool is_at_end() const { return rest_.empty(); }

  std::string_view raw() {
    const size_t tab = rest_.find('\t');
    if (tab == std::string_view::npos) {
      fail();
      return {};
    }
    const std::string_view field = rest_.substr(0, tab);
    rest_.remove_prefix(tab + 1);
    return field;
  }

  void text(std::string& to) {
    const std::string_view field = raw();
    if (field.find('%') == std::string_view::npos) {
      to.assign(field);
      return;
    }
    to.clear();
    for (size_t i = 0; i < field.size(); ++i) {
      if (field[i] != '%') {
        to += field[i];
        continue;
      }
      const int high = i + 2 < field.size() ? digit_of(field[i + 1]) : -1;
      const int low = i + 2 < field.size() ? digit_of(field[i + 2]) : -1;
      if (high < 0 || low < 0) return fail();
      to += static_cast<char>(high * 16 + low);
      i += 2;
    }
  }

  template <typename Number>
  Number number() {
    return number_of<Number>(raw());
  }

  template <typename Number>
  Number number_of(std::string_view field) {
    const auto value = base::parse_number<Number>(field);
    if (!value) fail();
    return value.value_or(Number{0});
  }

  void fail() {
    good_ = false;
    rest_ = {};
  }

 private:
  std::string_view rest_;
  bool good_ = true;
};

bool parse_file(std::string_view line, FileRecord* file) {
  Fields fields(line);
  fields.text(file->name);
  file->size = fields.number<uint64_t>();
  file->mtime_ns = fields.number<int64_t>();
  file->inode = fields.number<uint64_t>();
  const std::string_view crc32c = fields.raw();
  file->sums.crc32c = crc32c == "-" ? std::nullopt : transfer::crc32c_from_text(crc32c);
  const std::string_view sha256 = fields.raw();
  file->sums.sha256 = sha256 == "-" ? std::nullopt : transfer::sha256_from_text(sha256);
  const std::string_view start = fields.raw();
  file->origin.start = std::nullopt;
  if (start != "-") file->origin.start = fields.number_of<uint64_t>(start);
  file->origin.mtime_ns = fields.number<int64_t>();
  fields.text(file->origin.path);
  fields.text(file->origin.uri);
  if (file->origin.uri == "=") file->origin.uri.assign(kFileScheme).append(file->origin.path);
  return fields.is_good() && fields.is_at_end();
}

std::optional<JournalHeader> parse_header(std::string_view line) {
  Fields fields(line);
  const bool known = fields.raw() == kMagic && fields.raw() == kVersion;
  JournalHeader header;
  fields.text(header.directory);
  fields.text(header.files);
  fields.text(header.form);
  header.metadata_size = fields.number<uint64_t>();
  header.metadata_mtime_ns = fields.number<int64_t>();
  if (!known || !fields.is_good() || !fields.is_at_end()) return std::nullopt;
  return header;
}

// Returns the bytes that were read.
size_t read_at(int fd, char* buffer, size_t size, uint64_t offset) {
  size_t done = 0;
  while (done < size) {
    const ssize_t n = ::pread(fd, buffer + done, size - done, static_cast<off_t>(offset + done));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) base::throw_errno("read", "the journal of the export");
    if (n == 0) break;
    done += static_cast<size_t>(n);
  }
  return done;
}

// The line at the beginning of `text`, without its line feed; nothing if it is not whole.
std::optional<std::string_view> first_line(std::string_view text) {
  const void* const end = text.empty() ? nullptr : std::memchr(text.data(), '\n', text.size());
  if (end == nullptr) return std::nullopt;
  return text.substr(0, static_cast<size_t>(static_cast<const char*>(end) - text.data()));
}

}  // namespace

uint64_t Origin::key(uint64_t size) const {
  const size_t of_path = std::hash<std::string_view>()(path);
  const std::array<uint64_t, 4> parts = {of_path, static_cast<uint64_t>(mtime_ns), start.value_or(UINT64_MAX),
                                         size};
  return std::hash<std::string_view>()(
      {reinterpret_cast<const char*>(parts.data()), sizeof(uint64_t) * parts.size()});
}

bool FileRecord::is_still(const struct stat& st) const {
  return S_ISREG(st.st_mode) && static_cast<uint64_t>(st.st_size) == size &&
         storage::mtime_ns(st) == mtime_ns && st.st_ino == inode;
}

void FileRecord::take_from(const struct stat& st) {
  size = static_cast<uint64_t>(st.st_size);
  mtime_ns = storage::mtime_ns(st);
  inode = st.st_ino;
}

JournalReader::JournalReader(int fd) : fd_(fd) {
  std::string buffer(kLongestLine, '\0');
  buffer.resize(read_at(fd_, buffer.data(), buffer.size(), 0));
  const auto line = first_line(buffer);
  if (!line) return;
  header_ = parse_header(*line);
  end_of_header_ = line->size() + 1;
}

void JournalReader::for_each(const std::function<bool(const FileRecord& file, uint64_t offset)>& take) {
  if (!header_) return;
  const auto buffer = std::make_unique_for_overwrite<char[]>(kBuffer);
  FileRecord file;
  uint64_t offset = end_of_header_;
  while (true) {
    std::string_view text(buffer.get(), read_at(fd_, buffer.get(), kBuffer, offset));
    const size_t before = text.size();
    while (const auto line = first_line(text)) {
      if (!parse_file(*line, &file)) return;
      if (!take(file, offset + (before - text.size()))) return;
      text.remove_prefix(line->size() + 1);
    }
    if (text.size() == before) return;  // no whole line, or the end
    offset += before - text.size();
  }
}

std::optional<FileRecord> JournalReader::at(int fd, uint64_t offset) {
  std::array<char, 2048> most = {};  // enough for nearly all lines
  std::string_view text(most.data(), read_at(fd, most.data(), most.size(), offset));
  std::string longer;
  auto line = first_line(text);
  if (!line) {
    longer.resize(kLongestLine);
    longer.resize(read_at(fd, longer.data(), longer.size(), offset));
    line = first_line(longer);
  }
  FileRecord file;
  if (!line || !parse_file(*line, &file)) return std::nullopt;
  return file;
}

std::string journal_line(const JournalHeader& header) {
  std::string line;
  append_field(line, kMagic);
  append_field(line, kVersion);
  append_field(line, header.directory);
  append_field(line, header.files);
  append_field(line, header.form);
  append_number(line, header.metadata_size);
  append_number(line, header.metadata_mtime_ns);
  finish(line);
  return line;
}

std::string journal_line(const FileRecord& file) {
  std::string line;
  append_field(line, file.name);
  append_number(line, file.size);
  append_number(line, file.mtime_ns);
  append_number(line, file.inode);
  append_field(line, file.sums.crc32c ? transfer::crc32c_text(*file.sums.crc32c) : "-");
  append_field(line, file.sums.sha256 ? transfer::sha256_text(*file.sums.sha256) : "-");
  if (file.origin.start) {
    append_number(line, *file.origin.start);
  } else {
    append_field(line, "-");
  }
  append_number(line, file.origin.mtime_ns);
  append_field(line, file.origin.path);
  const std::string_view uri = file.origin.uri;
  const bool is_same = uri.starts_with(kFileScheme) && uri.substr(kFileScheme.size()) == file.origin.path;
  append_field(line, is_same ? "=" : uri);
  finish(line);
  return line;
}

}  // namespace checkpointfs::exporting
