// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "plugins/http/http_client.h"

namespace hookplan {

// An answer as it comes in, no larger than allowed. What is false of it stays false: the exchange
// is to be broken off.
class Incoming {
 public:
  explicit Incoming(std::size_t max_bytes) : max_bytes_(max_bytes) {}

  // One line of the headers, of an interim answer too, or of what comes after the body.
  bool take_header(std::string_view line);
  // The next bytes of the body.
  bool take_body(std::string_view bytes);

  std::size_t max_bytes() const { return max_bytes_; }
  bool is_too_large() const { return header_bytes_ > max_bytes_ || is_body_too_large_; }
  // Whether its headers came to their end.
  bool has_headers() const { return has_headers_; }
  // REQUIRES: called once, as the last.
  HttpResponse response(int status);

 private:
  // Bytes in room that grows, wiped wherever they were.
  class Buffer {
   public:
    void append(std::string_view bytes);
    std::size_t size() const { return size_; }
    Secret take();

   private:
    Secret room_ = {};
    std::size_t size_ = 0;
  };

  std::size_t max_bytes_;
  bool in_headers_ = false;  // its first line came and its empty line did not
  bool has_headers_ = false;
  bool is_body_too_large_ = false;
  std::size_t header_bytes_ = 0;
  HttpHeaders headers_ = {};
  std::string last_name_ = {};  // of the header whose line came last
  Buffer body_ = {};
};

}  // namespace hookplan
