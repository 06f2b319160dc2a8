// SPDX-License-Identifier: Apache-2.0
#include "plugins/github/rs256.h"

#include <stdexcept>
#include <utility>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "core/base/text.h"

namespace hookplan {
namespace {

// Nobody is asked for a passphrase: a run has no terminal.
int no_passphrase(char* /*room*/, int /*size*/, int /*writing*/, void* /*context*/) { return -1; }

std::shared_ptr<EVP_PKEY> read_app_key(const Secret& pem) {
  return pem.reveal([](std::string_view text) {
    const std::unique_ptr<BIO, decltype(&BIO_free)> input(
        BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), &BIO_free);
    std::shared_ptr<EVP_PKEY> key(
        PEM_read_bio_PrivateKey(input.get(), nullptr, &no_passphrase, nullptr), &EVP_PKEY_free);
    ERR_clear_error();
    return key;
  });
}

}  // namespace

Result<AppKey> AppKey::from_pem(const Secret& pem, std::string_view name) {
  constexpr int kLeastBits = 2048;
  std::shared_ptr<EVP_PKEY> key = read_app_key(pem);
  if (key == nullptr) {
    return fail(Code::key_malformed, "{}: it holds no private key in PEM that can be read",
                printable(name))
        .hint("take the .pem file that GitHub gave when the key of the App was made");
  }
  if (EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_RSA) {
    return fail(Code::key_wrong_kind, "{}: it is not an RSA key, as those of GitHub Apps are",
                printable(name))
        .hint("take the .pem file that GitHub gave when the key of the App was made");
  }
  if (EVP_PKEY_get_bits(key.get()) < kLeastBits)
    return fail(Code::key_weak, "{}: it has fewer than 2048 bits", printable(name));
  return AppKey(std::move(key));
}

std::string AppKey::sign(std::string_view bytes) const {
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                        &EVP_MD_CTX_free);
  std::size_t size = static_cast<std::size_t>(EVP_PKEY_get_size(key_.get()));
  std::string signature(size, '\0');
  // RSA keys sign with PKCS #1 v1.5 unless they are told otherwise.
  if (EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key_.get()) != 1 ||
      EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                     reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size()) != 1) {
    throw std::runtime_error("OpenSSL cannot sign");
  }
  signature.resize(size);
  return signature;
}

}  // namespace hookplan
