// SPDX-License-Identifier: Apache-2.0
#include "cmd/hmac/gunzip.h"

#include <algorithm>
#include <array>
#include <limits>
#include <stdexcept>

#include <zlib.h>

namespace hookplan {
namespace {

// A stream that is freed whatever happens.
class Inflation {
 public:
  Inflation() {
    constexpr int kGzipOnly = 16;
    if (inflateInit2(&stream_, MAX_WBITS + kGzipOnly) != Z_OK)
      throw std::runtime_error("zlib cannot begin");
  }
  ~Inflation() { inflateEnd(&stream_); }
  Inflation(const Inflation&) = delete;
  Inflation& operator=(const Inflation&) = delete;

  z_stream& stream() { return stream_; }

 private:
  z_stream stream_ = {};
};

}  // namespace

bool is_gzip(std::string_view bytes) { return bytes.starts_with("\x1F\x8B"); }

Result<std::string> gunzip(std::string_view bytes, std::size_t most_bytes, std::string_view path) {
  const auto refuse = [&](std::string_view why) {
    return fail(Code::bad_gzip, "{}", why).at(path);
  };
  if (bytes.size() > std::numeric_limits<uInt>::max()) return refuse("it is too large");
  Inflation inflation;
  z_stream& stream = inflation.stream();
  std::string input(bytes);  // zlib wants to be able to write
  stream.next_in = reinterpret_cast<Bytef*>(input.data());
  stream.avail_in = static_cast<uInt>(input.size());
  std::string content;
  std::array<char, std::size_t{64} << 10> room = {};
  while (true) {
    stream.next_out = reinterpret_cast<Bytef*>(room.data());
    stream.avail_out = static_cast<uInt>(room.size());
    const int result = inflate(&stream, Z_NO_FLUSH);
    const std::size_t made = room.size() - stream.avail_out;
    if (made > most_bytes - content.size()) return refuse("unpacked it is too large");
    content.append(room.data(), made);
    if (result == Z_STREAM_END) {
      if (stream.avail_in == 0) return content;
      // Another member; what is not one fails at its header.
      if (inflateReset(&stream) != Z_OK) return refuse("it is damaged");
    } else if (result != Z_OK) {
      return refuse(result == Z_BUF_ERROR ? "it is cut off" : "it is damaged");
    }
  }
}

}  // namespace hookplan
