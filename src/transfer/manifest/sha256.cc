// SPDX-License-Identifier: Apache-2.0
#include "transfer/manifest/sha256.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <cerrno>
#include <cstring>
#include <new>

#include "base/errors.h"
#include "base/text/hex.h"

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
  // The host's openssl.cnf may load modules, which a static program cannot, and none is needed.
  require(::OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, nullptr));
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
  return base::hex_digits({reinterpret_cast<const char*>(sum.data()), sum.size()});
}

std::optional<Sha256Sum> sha256_from_text(std::string_view text) {
  if (text.size() != kDigits || text.find_first_not_of("0123456789abcdef") != std::string_view::npos)
    return std::nullopt;
  Sha256Sum sum = {};
  std::memcpy(sum.data(), base::bytes_from_hex(text)->data(), sum.size());
  return sum;
}

}  // namespace checkpointfs::transfer
