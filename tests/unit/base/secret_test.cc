// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <type_traits>

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "core/base/base64.h"
#include "core/base/secret.h"
#include "core/base/secret_source.h"

namespace hookplan {
namespace {

template <typename T>
concept Comparable = requires(const T& value) {
  value == value;
};
template <typename T>
concept Streamable = requires(const T& value, std::ostream& stream) {
  stream << value;
};

// What must not compile: a secret has one door, and it is easy to search for.
static_assert(!std::is_copy_constructible_v<Secret>);
static_assert(!std::is_copy_assignable_v<Secret>);
static_assert(!Comparable<Secret>);
static_assert(!Streamable<Secret>);
static_assert(!std::is_convertible_v<Secret, std::string>);
static_assert(!std::is_convertible_v<Secret, std::string_view>);
static_assert(!fmt::is_formattable<Secret>::value);

std::string shown(const Secret& secret) {
  return secret.reveal([](std::string_view bytes) { return std::string(bytes); });
}

TEST_CASE("a secret moves, and what it moved from is empty") {
  Secret one = Secret::copy_of("hunter2");
  Secret two = std::move(one);
  CHECK(shown(two) == "hunter2");
  CHECK(one.empty());  // NOLINT(bugprone-use-after-move): that is the question
  two.shrink(3);
  CHECK(shown(two) == "hun");
}

TEST_CASE("wiping leaves nothing") {
  std::string text = "hunter2";
  wipe(text);
  CHECK(text == std::string(7, '\0'));
}

TEST_CASE("base64 has one spelling") {
  for (const std::string bytes : {"", "f", "fo", "foo", "foob", "\xff\xfe\xfd"}) {
    CHECK(bytes_from_base64(base64(bytes)) == bytes);
  }
  CHECK(base64("\xfb\xff") == "+/8=");
  CHECK(bytes_from_base64("-_8=") == "\xfb\xff");
  for (const std::string_view wrong :
       {"+_8=", "+/8", "+/9=", "+/8=\n", " +/8=", "+/ 8=", "Zg=a", "Z===", "====", "Zg==Zg==", "Z",
        "Zm9v\r\nZm9v", "Zh==", "Zg=\xc3\xa9"}) {
    CAPTURE(wrong);
    CHECK_FALSE(bytes_from_base64(wrong).has_value());
  }
  CHECK_FALSE(bytes_from_base64(std::string_view("Zg=\0", 4)).has_value());
  const std::string large((std::size_t{4} << 20) + 1, 'x');  // more than one piece of the coder
  CHECK(bytes_from_base64(base64(large)) == large);
}

TEST_CASE("a secret's place is file:, env: or fd:, and nothing else is repeated") {
  for (const std::string_view good : {"file:key.pem", "file:/a b", "env:KEY_1", "fd:0", "fd:3"}) {
    CAPTURE(good);
    CHECK(secret_source("--key", good).has_value());
  }
  for (const std::string_view wrong :
       {"", "key.pem", "file:", "env:", "env:1KEY", "env:A-B", "env:A=B", "fd:", "fd:-1", "fd:1",
        "fd:2", "fd:3x", "fd:99999999999", "FILE:key", "hunter2", "-----BEGIN PRIVATE KEY-----"}) {
    CAPTURE(wrong);
    const auto source = secret_source("--key", wrong);
    REQUIRE_FALSE(source.has_value());
    CHECK(source.error().kind == ErrorKind::usage);
    if (wrong.size() > 4) {
      CHECK(source.error().first().message.find(wrong) == std::string::npos);
    }
  }
}

class SecretFolder {
 public:
  SecretFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "secret_XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp");
    path_ = name;
  }
  SecretFolder(const SecretFolder&) = delete;
  SecretFolder& operator=(const SecretFolder&) = delete;
  ~SecretFolder() { std::filesystem::remove_all(path_); }

  SecretSource file(std::string_view bytes, mode_t mode) const {
    const std::filesystem::path path = path_ / "secret";
    std::ofstream(path, std::ios::binary) << bytes;
    ::chmod(path.c_str(), mode);
    return {SecretSource::Kind::file, path.string()};
  }

 private:
  std::filesystem::path path_;
};

TEST_CASE("a file that others may read or change is no place for a secret") {
  const SecretFolder folder;
  for (const mode_t good : {0600U, 0400U, 0440U, 0640U, 0700U}) {
    CAPTURE(good);
    CHECK(read_secret(folder.file("x", good)).has_value());
  }
  for (const mode_t bad : {0644U, 0604U, 0620U, 0602U, 0666U, 0660U, 0777U}) {
    CAPTURE(bad);
    const auto secret = read_secret(folder.file("x", bad));
    REQUIRE_FALSE(secret.has_value());
    CHECK(secret.error().first().code == Code::secret_exposed);
  }
}

TEST_CASE("a secret has a size") {
  const SecretFolder folder;
  CHECK(read_secret(folder.file(std::string(kMaxSecretBytes, 'x'), 0600)).has_value());
  const auto large = read_secret(folder.file(std::string(kMaxSecretBytes + 1, 'x'), 0600));
  REQUIRE_FALSE(large.has_value());
  CHECK(large.error().first().code == Code::secret_too_large);
  CHECK(read_secret(folder.file("", 0600)).error().first().code == Code::secret_unreadable);
}

TEST_CASE("a variable that held a secret is gone, for children too") {
  ::setenv("HOOKPLAN_TEST_SECRET", "hunter2", 1);
  const auto secret = read_secret({SecretSource::Kind::environment, "HOOKPLAN_TEST_SECRET"});
  REQUIRE(secret.has_value());
  CHECK(shown(*secret) == "hunter2");
  CHECK(std::getenv("HOOKPLAN_TEST_SECRET") == nullptr);
}

TEST_CASE("a passphrase ends with its line") {
  const SecretFolder folder;
  CHECK(shown(*read_passphrase(folder.file("hunter2\n", 0600))) == "hunter2");
  CHECK(shown(*read_passphrase(folder.file("hunter2\r\n", 0600))) == "hunter2");
  CHECK(shown(*read_passphrase(folder.file(" hunter2 \n\n", 0600))) == " hunter2 \n");
  CHECK_FALSE(read_passphrase(folder.file("\n", 0600)).has_value());
}

}  // namespace
}  // namespace hookplan
