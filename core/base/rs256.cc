// SPDX-License-Identifier: Apache-2.0
#include "core/base/rs256.h"

#include <algorithm>
#include <span>
#include <stdexcept>
#include <utility>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "core/base/base64.h"
#include "core/base/error.h"
#include "core/base/json.h"
#include "core/base/text.h"

namespace hookplan {
namespace {

// Nobody is asked for a passphrase: a run has no terminal.
int no_passphrase(char* /*room*/, int /*size*/, int /*writing*/, void* /*context*/) { return -1; }

std::shared_ptr<EVP_PKEY> read_rsa_key(const Secret& pem) {
  return pem.reveal([](std::string_view text) {
    const std::unique_ptr<BIO, decltype(&BIO_free)> input(
        BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), &BIO_free);
    std::shared_ptr<EVP_PKEY> key(
        PEM_read_bio_PrivateKey(input.get(), nullptr, &no_passphrase, nullptr), &EVP_PKEY_free);
    ERR_clear_error();
    return key;
  });
}

// RFC 7515, 2: the URL-safe alphabet, without padding.
std::string base64url(std::string_view bytes) {
  std::string text = base64(bytes);
  std::ranges::replace(text, '+', '-');
  std::ranges::replace(text, '/', '_');
  text.resize(text.find_last_not_of('=') + 1);
  return text;
}

std::string jwt_header(std::string_view key_id) {
  JsonWriter json;
  json.begin_object();
  json.key("alg").string("RS256");
  if (!key_id.empty()) json.key("kid").string(key_id);
  json.key("typ").string("JWT");
  json.end_object();
  return json.take();
}

}  // namespace

Result<Rs256Key> Rs256Key::from_pem(const Secret& pem, std::string_view name,
                                    std::string_view hint) {
  constexpr int kLeastBits = 2048;
  std::shared_ptr<EVP_PKEY> key = read_rsa_key(pem);
  if (key == nullptr) {
    return fail(Code::key_malformed, "{}: it holds no private key in PEM that can be read",
                printable(name))
        .hint(std::string(hint));
  }
  if (EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_RSA) {
    return fail(Code::key_wrong_kind, "{}: it is not an RSA key", printable(name))
        .hint(std::string(hint));
  }
  if (EVP_PKEY_get_bits(key.get()) < kLeastBits)
    return fail(Code::key_weak, "{}: it has fewer than 2048 bits", printable(name));
  return Rs256Key(std::move(key));
}

std::string Rs256Key::sign(std::string_view bytes) const {
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

Secret Rs256Key::token_with(std::string_view claims, std::string_view key_id) const {
  std::string text = base64url(jwt_header(key_id)) + '.' + base64url(claims);
  text += '.' + base64url(sign(text));
  Secret token = Secret::copy_of(text);
  wipe(std::span(text.data(), text.size()));
  return token;
}

}  // namespace hookplan
