// SPDX-License-Identifier: Apache-2.0
// The files that `hookplan hmac` reads: as they are or compressed, in one place or several.
#include <filesystem>
#include <fstream>
#include <string>

#include <unistd.h>

#include <catch2/catch.hpp>

#include "cmd/hmac/gunzip.h"
#include "cmd/hmac/prow_config.h"

namespace hookplan {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kConfig =
    "plank: {}\nmanaged_webhooks:\n  org_repo_config:\n    o/r: {token_created_after: "
    "2020-01-01T00:00:00Z}\n";
// `printf x | gzip -n`.
constexpr std::string_view kX(
    "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xab\x00\x00\x83\x16\xdc\x8c\x01\x00\x00\x00", 21);

class Folder {
 public:
  Folder() : path_(fs::temp_directory_path() / ("prow_config_test." + std::to_string(::getpid()))) {
    fs::remove_all(path_);
    fs::create_directory(path_);
  }
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  fs::path put(const std::string& name, std::string_view content) const {
    fs::create_directories((path_ / name).parent_path());
    std::ofstream(path_ / name, std::ios::binary) << content;
    return path_ / name;
  }
  fs::path path() const { return path_; }

 private:
  fs::path path_;
};

std::string gzipped(const fs::path& file) {
  const std::string command = "gzip -nkf '" + file.string() + "'";
  if (std::system(command.c_str()) != 0) return {};
  std::ifstream in(file.string() + ".gz", std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST_CASE("a config is read as it is, or compressed, and its digest is of what it says") {
  const Folder folder;
  const fs::path plain = folder.put("config.yaml", kConfig);
  const auto read = read_prow_config({plain, {}, "_prowconfig.yaml"});
  REQUIRE(read.has_value());
  REQUIRE(read->snapshot.entries.size() == 1);
  CHECK(read->file.size == kConfig.size());
  const std::string packed = gzipped(plain);
  if (packed.empty()) return;  // no gzip here; the vector below is always there
  const auto same = read_prow_config({folder.put("packed", packed), {}, "_prowconfig.yaml"});
  REQUIRE(same.has_value());
  CHECK(same->file.sha256 == read->file.sha256);
}

TEST_CASE("gzip is unpacked whole, or not at all") {
  const std::string twice = std::string(kX) + std::string(kX);
  CHECK(*gunzip(kX, 10, "f") == "x");
  CHECK(*gunzip(twice, 10, "f") == "xx");
  CHECK_FALSE(gunzip(twice, 1, "f").has_value());
  CHECK_FALSE(gunzip(std::string(kX) + "?", 10, "f").has_value());
  for (std::size_t size = 2; size < kX.size(); ++size) {
    const auto cut = gunzip(kX.substr(0, size), 10, "f");
    REQUIRE_FALSE(cut.has_value());
    CHECK(cut.error().first().code == Code::bad_gzip);
  }
  for (std::size_t at = 10; at < kX.size(); ++at) {
    std::string damaged(kX);
    damaged[at] = static_cast<char>(damaged[at] ^ 1);
    CAPTURE(at);
    CHECK_FALSE(gunzip(damaged, 10, "f").has_value());
  }
}

TEST_CASE("a section in a supplemental config is refused, wherever it is hidden") {
  const Folder folder;
  const fs::path config = folder.put("config.yaml", kConfig);
  const fs::path more = folder.path() / "more";
  folder.put("more/org/_prowconfig.yaml", "tide: {queries: []}\n");
  folder.put("more/..data/x_prowconfig.yaml", kConfig);  // of a mounted ConfigMap
  folder.put("more/other.yaml", kConfig);
  CHECK(read_prow_config({config, {more}, "_prowconfig.yaml"}).has_value());
  const fs::path hidden = folder.put("more/org/repo/x_prowconfig.yaml", kConfig);
  for (const bool is_packed : {false, true}) {
    if (is_packed) {
      const std::string packed = gzipped(hidden);
      if (packed.empty()) continue;
      folder.put("more/org/repo/x_prowconfig.yaml", packed);
    }
    const auto read = read_prow_config({config, {more}, "_prowconfig.yaml"});
    REQUIRE_FALSE(read.has_value());
    CHECK(read.error().first().code == Code::misplaced_section);
    CHECK(read.error().first().where.path == hidden.string());
  }
  CHECK_FALSE(read_prow_config({config, {folder.path() / "none"}, "_prowconfig.yaml"}).has_value());
}

}  // namespace
}  // namespace hookplan
