// SPDX-License-Identifier: Apache-2.0
#include "core/sign/private_key.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>
#include <openssl/asn1t.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/x509.h>

#include "core/base/text.h"
#include "core/sign/pem_text.h"

namespace hookplan {
namespace {

using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;

// What OpenSSL is told when it asks for the passphrase. Without a callback it would ask the
// terminal.
struct PassphraseAnswer {
  const Secret& passphrase;
  bool was_asked = false;
};

int answer_passphrase(char* buffer, int size, int, void* data) {
  PassphraseAnswer& answer = *static_cast<PassphraseAnswer*>(data);
  answer.was_asked = true;
  return answer.passphrase.reveal([&](std::string_view bytes) {
    if (bytes.empty() || bytes.size() > static_cast<std::size_t>(size)) return -1;
    std::ranges::copy(bytes, buffer);
    return static_cast<int>(bytes.size());
  });
}

// Deriving the key of an encrypted file may take as long as the file says. These are seconds.
constexpr std::uint64_t kMaxRounds = 5'000'000;
constexpr std::uint64_t kMaxScryptWork = std::uint64_t{1} << 24U;  // N * r * p

std::uint64_t number_of(const ASN1_INTEGER* integer) {
  std::uint64_t value = 0;
  if (integer != nullptr && ASN1_INTEGER_get_uint64(&value, integer) == 1) return value;
  return integer == nullptr ? 0 : UINT64_MAX;
}

template <typename T>
std::unique_ptr<T, void (*)(T*)> unpacked(const ASN1_TYPE* type, const ASN1_ITEM* item,
                                          void (*free)(T*)) {
  return {static_cast<T*>(ASN1_TYPE_unpack_sequence(item, type)), free};
}

// PBES2 (RFC 8018) with PBKDF2 or scrypt (RFC 7914), at a cost that can be waited for.
bool is_derivation_fine(const X509_ALGOR* algorithm) {
  const ASN1_OBJECT* object = nullptr;
  X509_ALGOR_get0(&object, nullptr, nullptr, algorithm);
  if (OBJ_obj2nid(object) != NID_pbes2) return false;
  const auto scheme =
      unpacked<PBE2PARAM>(algorithm->parameter, ASN1_ITEM_rptr(PBE2PARAM), &PBE2PARAM_free);
  if (scheme == nullptr) return false;
  X509_ALGOR_get0(&object, nullptr, nullptr, scheme->keyfunc);
  const ASN1_TYPE* const parameters = scheme->keyfunc->parameter;
  if (OBJ_obj2nid(object) == NID_id_pbkdf2) {
    const auto derivation =
        unpacked<PBKDF2PARAM>(parameters, ASN1_ITEM_rptr(PBKDF2PARAM), &PBKDF2PARAM_free);
    return derivation != nullptr && number_of(derivation->iter) <= kMaxRounds;
  }
  if (OBJ_obj2nid(object) != NID_id_scrypt) return false;
  const auto derivation =
      unpacked<SCRYPT_PARAMS>(parameters, ASN1_ITEM_rptr(SCRYPT_PARAMS), &SCRYPT_PARAMS_free);
  if (derivation == nullptr) return false;
  std::uint64_t work = 1;
  for (const ASN1_INTEGER* const factor :
       {derivation->costParameter, derivation->blockSize, derivation->parallelizationParameter}) {
    const std::uint64_t value = number_of(factor);
    if (value == 0 || value > kMaxScryptWork / work) return false;
    work *= value;
  }
  return true;
}

// Looked at before anything is derived.
Result<void> check_derivation(std::string_view pem, std::string_view name) {
  const Bio input(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), &BIO_free);
  const std::unique_ptr<X509_SIG, decltype(&X509_SIG_free)> encrypted(
      PEM_read_bio_PKCS8(input.get(), nullptr, nullptr, nullptr), &X509_SIG_free);
  if (encrypted == nullptr)
    return key_error(Code::key_malformed, name, "the private key is damaged");
  const X509_ALGOR* algorithm = nullptr;
  X509_SIG_get0(encrypted.get(), &algorithm, nullptr);
  if (is_derivation_fine(algorithm)) return {};
  return key_error(Code::key_wrong_kind, name,
                   "it is not encrypted in the usual way (PBES2), or at a cost beyond reason",
                   "encrypt it again: openssl pkcs8 -topk8 -in KEY -out NEW");
}

// Why the blocks of a file are not one private key that can be read; nothing if they are.
Result<void> check_labels(const std::vector<std::string_view>& labels, std::string_view name) {
  std::size_t keys = 0;
  for (const std::string_view label : labels) {
    if (label == "PRIVATE KEY" || label == "ENCRYPTED PRIVATE KEY" || label == "EC PRIVATE KEY") {
      ++keys;
    } else if (label == "OPENSSH PRIVATE KEY") {
      return key_error(Code::key_wrong_kind, name, "it is a private key of ssh",
                       "sign with ssh itself: hookplan pae PLAN >plan.pae; ssh-keygen -Y sign -f "
                       "KEY -n hookplan-approval@v1 plan.pae; hookplan attach PLAN --signature "
                       "plan.pae.sig");
    } else if (label.find("SIGSTORE PRIVATE KEY") != std::string_view::npos ||
               label.find("COSIGN PRIVATE KEY") != std::string_view::npos) {
      return key_error(Code::key_wrong_kind, name, "it is a private key of cosign",
                       "make a key with hookplan keygen, and give it to cosign with `cosign "
                       "import-key-pair`");
    } else if (label == "PUBLIC KEY") {
      return key_error(Code::key_wrong_kind, name, "it is a public key, which cannot sign",
                       "name the private key that belongs to it");
    } else if (label.empty()) {
      return key_error(Code::key_malformed, name, "its first line is damaged");
    } else if (label != "EC PARAMETERS") {  // which `openssl ecparam` writes before the key
      return key_error(Code::key_wrong_kind, name,
                       fmt::format("it holds {}, not PRIVATE KEY", excerpt(label)),
                       "openssl pkcs8 -topk8 writes PKCS#8");
    }
  }
  if (keys == 0)
    return key_error(Code::key_malformed, name, "there is no private key in PEM in it");
  if (keys > 1) return key_error(Code::several_keys, name, fmt::format("it holds {} keys", keys));
  return {};
}

EvpKey read_key(std::string_view pem, PassphraseAnswer& answer) {
  const Bio input(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), &BIO_free);
  return owned(PEM_read_bio_PrivateKey(input.get(), nullptr, &answer_passphrase, &answer));
}

Error unreadable_key(const PassphraseAnswer& answer, std::string_view name) {
  ERR_clear_error();
  if (!answer.was_asked) return key_error(Code::key_malformed, name, "the private key is damaged");
  if (answer.passphrase.empty()) {
    return key_error(Code::passphrase_missing, name, "it is encrypted and there is no passphrase");
  }
  return key_error(Code::passphrase_wrong, name, "the passphrase does not open it");
}

bool halves_fit(EVP_PKEY* key) {
  const std::unique_ptr<EVP_PKEY_CTX, decltype(&EVP_PKEY_CTX_free)> context(
      EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr), &EVP_PKEY_CTX_free);
  const bool fit = context != nullptr && EVP_PKEY_pairwise_check(context.get()) == 1;
  ERR_clear_error();
  return fit;
}

[[noreturn]] void openssl_failed(std::string_view what) {
  throw std::runtime_error(fmt::format("OpenSSL cannot {}", what));
}

}  // namespace

PrivateKey::PrivateKey(EvpKey key, PublicKey public_key)
    : key_(std::move(key)), public_(std::move(public_key)) {}

PrivateKey PrivateKey::generate(KeyType type) {
  EvpKey key = owned(type == KeyType::ed25519 ? EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")
                                              : EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256"));
  if (key == nullptr) openssl_failed("make a key");
  Result<PublicKey> public_key = PublicKey::from_evp(key.get(), "the new key");
  return {std::move(key), std::move(public_key).value()};
}

bool PrivateKey::is_encrypted(const Secret& pem) {
  return pem.reveal([](std::string_view text) {
    return std::ranges::count(pem_labels(text), "ENCRYPTED PRIVATE KEY") > 0;
  });
}

Result<PrivateKey> PrivateKey::from_pem(const Secret& pem, const Secret& passphrase,
                                        std::string_view name) {
  PassphraseAnswer answer{passphrase};
  TRY(EvpKey key, pem.reveal([&](std::string_view text) -> Result<EvpKey> {
    TRY_VOID(check_labels(pem_labels(text), name));
    // One round of MD5 keeps nobody out.
    if (text.find("Proc-Type: 4,ENCRYPTED") != std::string_view::npos) {
      return key_error(Code::key_wrong_kind, name, "it is encrypted in the old way of OpenSSL",
                       "openssl pkcs8 -topk8 -in KEY -out NEW encrypts it again");
    }
    if (is_encrypted(pem)) TRY_VOID(check_derivation(text, name));
    EvpKey read = read_key(text, answer);
    if (read == nullptr) return unreadable_key(answer, name);
    return read;
  }));
  TRY(PublicKey public_key, PublicKey::from_evp(key.get(), name));
  if (!halves_fit(key.get())) {
    return key_error(Code::key_malformed, name, "its private and public halves do not fit");
  }
  return PrivateKey(std::move(key), std::move(public_key));
}

std::string PrivateKey::sign(std::string_view bytes) const {
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                        &EVP_MD_CTX_free);
  const EVP_MD* const digest = public_.type() == KeyType::ed25519 ? nullptr : EVP_sha256();
  const auto* const data = reinterpret_cast<const unsigned char*>(bytes.data());
  std::size_t size = 0;
  if (EVP_DigestSignInit(context.get(), nullptr, digest, nullptr, key_.get()) != 1 ||
      EVP_DigestSign(context.get(), nullptr, &size, data, bytes.size()) != 1) {
    openssl_failed("sign");
  }
  std::string signature(size, '\0');
  auto* const room = reinterpret_cast<unsigned char*>(signature.data());
  if (EVP_DigestSign(context.get(), room, &size, data, bytes.size()) != 1) openssl_failed("sign");
  signature.resize(size);
  return signature;
}

Secret PrivateKey::to_pem(const Secret& passphrase) const {
  constexpr int kRounds = 600'000;
  const std::unique_ptr<PKCS8_PRIV_KEY_INFO, decltype(&PKCS8_PRIV_KEY_INFO_free)> plain(
      EVP_PKEY2PKCS8(key_.get()), &PKCS8_PRIV_KEY_INFO_free);
  // Secure memory is wiped when the BIO goes.
  const Bio output(BIO_new(BIO_s_secmem()), &BIO_free);
  bool written = false;
  if (passphrase.empty()) {
    written = PEM_write_bio_PKCS8_PRIV_KEY_INFO(output.get(), plain.get()) == 1;
  } else {
    const std::unique_ptr<X509_SIG, decltype(&X509_SIG_free)> encrypted(
        passphrase.reveal([&](std::string_view bytes) {
          return PKCS8_encrypt(-1, EVP_aes_256_cbc(), bytes.data(), static_cast<int>(bytes.size()),
                               nullptr, 0, kRounds, plain.get());
        }),
        &X509_SIG_free);
    written = encrypted != nullptr && PEM_write_bio_PKCS8(output.get(), encrypted.get()) == 1;
  }
  if (!written) openssl_failed("write a key");
  char* data = nullptr;
  const long size = BIO_get_mem_data(output.get(), &data);
  return Secret::copy_of({data, static_cast<std::size_t>(size)});
}

}  // namespace hookplan
