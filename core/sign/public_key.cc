// SPDX-License-Identifier: Apache-2.0
#include "core/sign/public_key.h"

#include <utility>

#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "core/base/base64.h"
#include "core/base/digest.h"
#include "core/base/text.h"
#include "core/sign/pem_text.h"
#include "core/sign/ssh_wire.h"

namespace hookplan {
namespace {

const unsigned char* data_of(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

EvpKey key_from_der(std::string_view der) {
  const unsigned char* at = data_of(der);
  return owned(d2i_PUBKEY(nullptr, &at, static_cast<long>(der.size())));
}

Error damaged(std::string_view name, std::string why) {
  ERR_clear_error();
  return key_error(Code::key_malformed, name, std::move(why));
}

// Somewhere in the text, perhaps after options or a name.
bool looks_like_ssh_key(std::string_view text) {
  return text.find("ssh-ed25519 AAAA") != std::string_view::npos ||
         text.find("ecdsa-sha2-nistp256 AAAA") != std::string_view::npos;
}

// What was given instead of a public key, in words.
Error wrong_label(std::string_view label, std::string_view name) {
  if (label.find("PRIVATE KEY") != std::string_view::npos) {
    return key_error(Code::key_wrong_kind, name, "this is a private key; a public one belongs here",
                     "openssl pkey -in KEY -pubout writes the public key; keep the private one to "
                     "yourself, and replace it if others saw it");
  }
  return key_error(Code::key_wrong_kind, name,
                   fmt::format("it holds {}, not PUBLIC KEY", excerpt(label)));
}

}  // namespace

PublicKey::PublicKey(EvpKey key, std::string der)
    : key_(std::move(key)),
      type_(EVP_PKEY_get_base_id(key_.get()) == EVP_PKEY_ED25519 ? KeyType::ed25519
                                                                 : KeyType::p256),
      der_(std::move(der)),
      id_(sha256_hex(der_)) {}

Result<PublicKey> PublicKey::from_evp(evp_pkey_st* key, std::string_view name) {
  TRY(std::string der, canonical_public_key(key, name));
  EvpKey canonical = key_from_der(der);
  if (canonical == nullptr) return damaged(name, "its public part is damaged");
  return PublicKey(std::move(canonical), std::move(der));
}

Result<PublicKey> PublicKey::from_text(std::string_view text, std::string_view name) {
  const bool ssh =
      text.starts_with("ssh-") || text.starts_with("ecdsa-") || text.starts_with("sk-");
  return ssh ? from_ssh(text, name) : from_pem(text, name);
}

Result<PublicKey> PublicKey::from_pem(std::string_view text, std::string_view name) {
  const std::vector<std::string_view> labels = pem_labels(text);
  if (labels.empty() && looks_like_ssh_key(text)) {
    return key_error(
        Code::key_wrong_kind, name, "it is an ssh public key, not PEM",
        "in a policy write it below `ssh:`; elsewhere give its line alone, without what "
        "stands before it");
  }
  if (labels.empty()) return damaged(name, "there is no PEM block in it");
  for (const std::string_view label : labels) {
    if (label.empty()) return damaged(name, "its first line is damaged");
    if (label != "PUBLIC KEY") return wrong_label(label, name);
  }
  if (labels.size() > 1) {
    return key_error(Code::several_keys, name, fmt::format("it holds {} keys", labels.size()));
  }
  const std::unique_ptr<BIO, decltype(&BIO_free)> input(
      BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), &BIO_free);
  const EvpKey key = owned(PEM_read_bio_PUBKEY(input.get(), nullptr, nullptr, nullptr));
  if (key == nullptr) return damaged(name, "its PEM block is damaged");
  return from_evp(key.get(), name);
}

Result<PublicKey> PublicKey::from_ssh(std::string_view line, std::string_view name) {
  while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
  if (!pem_labels(line).empty()) {
    if (pem_labels(line).front() != "PUBLIC KEY")
      return wrong_label(pem_labels(line).front(), name);
    return key_error(Code::key_wrong_kind, name, "it is PEM, not an ssh public key",
                     "in a policy write it below `pem:`");
  }
  if (line.find('\n') != std::string_view::npos) {
    return key_error(Code::several_keys, name, "it holds more than one line");
  }
  const std::string_view type = line.substr(0, line.find(' '));
  if (type == line) return damaged(name, "it is not an ssh public key");
  line.remove_prefix(type.size() + 1);
  const auto blob = bytes_from_base64(line.substr(0, line.find(' ')));
  if (!blob) return damaged(name, "the base64 of the ssh public key is damaged");
  SshReader reader(*blob);
  if (reader.text() != type) return damaged(name, "the ssh public key says two different types");
  return from_ssh_blob(*blob, name);
}

Result<PublicKey> PublicKey::from_ssh_blob(std::string_view blob, std::string_view name) {
  SshReader reader(blob);
  const std::string_view type = reader.text();
  EvpKey key;
  if (type == "ssh-ed25519") {
    const std::string_view raw = reader.text();
    key = owned(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, data_of(raw), raw.size()));
  } else if (type == "ecdsa-sha2-nistp256") {
    const bool named = reader.text() == "nistp256";
    const std::string_view point = reader.text();
    key = named ? key_from_der(p256_public_key(point)) : nullptr;
  } else if (reader.is_good()) {
    return key_error(Code::key_not_allowed, name,
                     fmt::format("{} keys are not used, only ssh-ed25519 and ecdsa-sha2-nistp256",
                                 excerpt(type)));
  }
  if (key == nullptr || !reader.is_at_end()) return damaged(name, "the ssh public key is damaged");
  return from_evp(key.get(), name);
}

std::string PublicKey::pem() const {
  const std::unique_ptr<BIO, decltype(&BIO_free)> output(BIO_new(BIO_s_mem()), &BIO_free);
  PEM_write_bio_PUBKEY(output.get(), key_.get());
  char* data = nullptr;
  const long size = BIO_get_mem_data(output.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

std::string PublicKey::ssh() const {
  // Both forms end with the same bytes: 32 of Ed25519, 65 of an uncompressed point.
  const std::string_view der = der_;
  const bool is_ed25519 = type_ == KeyType::ed25519;
  const std::string_view name = is_ed25519 ? "ssh-ed25519" : "ecdsa-sha2-nistp256";
  const std::string blob =
      is_ed25519 ? ssh_text(name) + ssh_text(der.substr(der.size() - 32))
                 : ssh_text(name) + ssh_text("nistp256") + ssh_text(der.substr(der.size() - 65));
  return fmt::format("{} {}", name, base64(blob));
}

bool PublicKey::verifies(std::string_view bytes, std::string_view sha256_of_bytes,
                         std::string_view signature) const {
  if (type_ == KeyType::ed25519) return verifies(bytes, signature);
  const std::unique_ptr<EVP_PKEY_CTX, decltype(&EVP_PKEY_CTX_free)> context(
      EVP_PKEY_CTX_new(key_.get(), nullptr), &EVP_PKEY_CTX_free);
  const bool good = EVP_PKEY_verify_init(context.get()) == 1 &&
                    EVP_PKEY_CTX_set_signature_md(context.get(), EVP_sha256()) == 1 &&
                    EVP_PKEY_verify(context.get(), data_of(signature), signature.size(),
                                    data_of(sha256_of_bytes), sha256_of_bytes.size()) == 1;
  ERR_clear_error();
  return good;
}

bool PublicKey::verifies(std::string_view bytes, std::string_view signature) const {
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                        &EVP_MD_CTX_free);
  const EVP_MD* const digest = type_ == KeyType::ed25519 ? nullptr : EVP_sha256();
  const bool good =
      EVP_DigestVerifyInit(context.get(), nullptr, digest, nullptr, key_.get()) == 1 &&
      EVP_DigestVerify(context.get(), data_of(signature), signature.size(), data_of(bytes),
                       bytes.size()) == 1;
  ERR_clear_error();
  return good;
}

}  // namespace hookplan
