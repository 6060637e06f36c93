// SPDX-License-Identifier: Apache-2.0
#include "transfer/manifest/sha256.h"

#include <openssl/evp.h>

#include <cerrno>
#include <charconv>
#include <new>

#include <fmt/format.h>

#include "base/errors.h"

namespace checkpointfs::transfer {
namespace {

constexpr size_t kDigits = 2 * sizeof(Sha256Sum);

void require(int success) {
  if (success != 1) throw base::SystemError(EIO, "libcrypto computes no SHA-256 on this host");
}

}  // namespace

struct Sha256::Context {
  struct Free {
    void operator()(EVP_MD_CTX* context) const { ::EVP_MD_CTX_free(context); }
  };
  std::unique_ptr<EVP_MD_CTX, Free> digest;

  void begin() const { require(::EVP_DigestInit_ex(digest.get(), ::EVP_sha256(), nullptr)); }
};

Sha256::Sha256() : context_(std::make_unique<Context>()) {
  context_->digest.reset(::EVP_MD_CTX_new());
  if (!context_->digest) throw std::bad_alloc();
  context_->begin();
}

Sha256::~Sha256() = default;

void Sha256::update(std::string_view bytes) {
  require(::EVP_DigestUpdate(context_->digest.get(), bytes.data(), bytes.size()));
}

Sha256Sum Sha256::sum() {
  Sha256Sum sum = {};
  require(::EVP_DigestFinal_ex(context_->digest.get(), sum.data(), nullptr));
  context_->begin();
  return sum;
}

std::string sha256_text(const Sha256Sum& sum) {
  std::string text;
  text.reserve(kDigits);
  for (const unsigned char byte : sum) text += fmt::format("{:02x}", byte);
  return text;
}

std::optional<Sha256Sum> sha256_from_text(std::string_view text) {
  if (text.size() != kDigits || text.find_first_not_of("0123456789abcdef") != std::string_view::npos)
    return std::nullopt;
  Sha256Sum sum = {};
  for (size_t i = 0; i < sum.size(); ++i)
    std::from_chars(text.data() + 2 * i, text.data() + 2 * i + 2, sum[i], 16);
  return sum;
}

}  // namespace checkpointfs::transfer
