// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include <catch2/catch.hpp>

#include "core/base/file.h"

namespace hookplan {
namespace {

namespace fs = std::filesystem;

struct Folder {
  Folder() {
    std::string name = (fs::temp_directory_path() / "hookplan.XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    path = name;
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { fs::remove_all(path); }
  fs::path path;
};

TEST_CASE("what was written is read back, and only within the limit") {
  const Folder folder;
  const fs::path file = folder.path / "a";
  REQUIRE(write_file(file, std::string("x\0y", 3)).has_value());
  CHECK(*read_file(file, 3) == std::string("x\0y", 3));
  const Result<std::string> too_large = read_file(file, 2);
  REQUIRE_FALSE(too_large.has_value());
  CHECK(too_large.error().first().code == Code::file_too_large);
}

TEST_CASE("reading never waits for what is not a regular file") {
  const Folder folder;
  const fs::path fifo = folder.path / "fifo";
  REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
  for (const fs::path& path : {fifo, folder.path, folder.path / "none"}) {
    CAPTURE(path.string());
    const Result<std::string> bytes = read_file(path, 10);
    REQUIRE_FALSE(bytes.has_value());
    CHECK(bytes.error().kind == ErrorKind::repository);
  }
}

TEST_CASE("a file is replaced as a whole, through a link, and keeps no debris") {
  const Folder folder;
  const fs::path file = folder.path / "real";
  REQUIRE(write_file(file, "old").has_value());
  fs::create_symlink(file, folder.path / "link");
  REQUIRE(write_file(folder.path / "link", "new").has_value());
  CHECK(fs::is_symlink(folder.path / "link"));
  CHECK(*read_file(file, 10) == "new");
  CHECK(std::distance(fs::directory_iterator(folder.path), fs::directory_iterator()) == 2);
  const Result<void> nowhere = write_file(folder.path / "no" / "such", "x");
  REQUIRE_FALSE(nowhere.has_value());
  CHECK(nowhere.error().kind == ErrorKind::output);
}

// Anybody who can read a folder can hold its lock.
TEST_CASE("a lock that another program never lets go stops nobody for long") {
  const Folder folder;
  const int stranger = ::open(folder.path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  REQUIRE(::flock(stranger, LOCK_EX | LOCK_NB) == 0);
  CHECK(FolderLock::take(folder.path / "plan.dsse").has_value());
  ::close(stranger);
}

}  // namespace
}  // namespace hookplan
