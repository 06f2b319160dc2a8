// SPDX-License-Identifier: Apache-2.0
#include "core/base/base64.h"

#include <algorithm>

#include <openssl/evp.h>

namespace hookplan {
namespace {

unsigned char* data_of(std::string& bytes) {
  return reinterpret_cast<unsigned char*>(bytes.data());
}
const unsigned char* data_of(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

// OpenSSL counts in int; what follows is called on pieces, so that no size is too large.
constexpr std::size_t kPiece = std::size_t{3} << 20;
constexpr std::size_t kPieceEncoded = kPiece / 3 * 4;

}  // namespace

std::string base64(std::string_view bytes) {
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');
  std::size_t written = 0;
  for (std::size_t at = 0; at < bytes.size(); at += kPiece) {
    const std::string_view piece = bytes.substr(at, kPiece);
    written += static_cast<std::size_t>(
        EVP_EncodeBlock(data_of(text) + written, data_of(piece), static_cast<int>(piece.size())));
  }
  text.resize(written);
  return text;
}

std::optional<std::string> bytes_from_base64(std::string_view text) {
  std::string standard(text);
  if (text.find_first_of("-_") != std::string_view::npos) {
    if (text.find_first_of("+/") != std::string_view::npos) return std::nullopt;
    std::ranges::replace(standard, '-', '+');
    std::ranges::replace(standard, '_', '/');
  }
  if (standard.size() % 4 != 0) return std::nullopt;
  std::string bytes(standard.size() / 4 * 3, '\0');
  std::size_t written = 0;
  for (std::size_t at = 0; at < standard.size(); at += kPieceEncoded) {
    const std::string_view piece = std::string_view(standard).substr(at, kPieceEncoded);
    const int size =
        EVP_DecodeBlock(data_of(bytes) + written, data_of(piece), static_cast<int>(piece.size()));
    if (size < 0) return std::nullopt;
    written += static_cast<std::size_t>(size);
  }
  // OpenSSL decodes padding as zero bytes.
  const std::size_t padding =
      standard.ends_with("==") ? 2 : static_cast<std::size_t>(standard.ends_with('='));
  if (padding > written) return std::nullopt;
  bytes.resize(written - padding);
  // OpenSSL is lenient; what is not written the one way does not come back the same.
  if (base64(bytes) != standard) return std::nullopt;
  return bytes;
}

}  // namespace hookplan
