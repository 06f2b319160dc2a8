// SPDX-License-Identifier: Apache-2.0
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>

#include <catch2/catch.hpp>

#include "plugins/file/file_store.h"

namespace hookplan {
namespace {

namespace fs = std::filesystem;

// Lines of `entry=token@instant`.
class LineFormat final : public TokenFormat {
 public:
  Result<TokenDocument> read(const Secret& document, std::string_view name) const override {
    TokenDocument result;
    std::istringstream lines(
        document.reveal([](std::string_view bytes) { return std::string(bytes); }));
    for (std::string line; std::getline(lines, line);) {
      if (line.starts_with("#")) continue;
      const std::size_t equal = line.find('=');
      const std::size_t at = line.find('@');
      const auto created =
          at == std::string::npos ? std::nullopt : instant_from_rfc3339(line.substr(at + 1));
      if (!created) {
        return Error(ErrorKind::token_document,
                     diagnose(Code::token_document_syntax, std::string(name)));
      }
      result.tokens[line.substr(0, equal)].push_back(
          {Secret::copy_of(line.substr(equal + 1, at - equal - 1)), *created, line.substr(at + 1)});
    }
    return result;
  }
  Result<Secret> write(const TokenMap& tokens) const override {
    std::string text;
    for (const auto& [entry, list] : tokens) {
      for (const Token& token : list) {
        text += entry + '=' +
                token.value.reveal([](std::string_view value) { return std::string(value); }) +
                '@' + to_rfc3339(token.created) + '\n';
      }
    }
    return Secret::copy_of(text);
  }
};

struct Place {
  Place() {
    std::string name = (fs::temp_directory_path() / "hookplan.XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    folder = name;
    file = folder / "hmac";
    put("hmac", "");
  }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  ~Place() { fs::remove_all(folder); }

  void put(const std::string& name, const std::string& text) const {
    std::ofstream(folder / name) << text;
    fs::permissions(folder / name, fs::perms::owner_read | fs::perms::owner_write);
  }
  std::string get(const std::string& name) const {
    std::ifstream in(folder / name);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  // Without the lock.
  std::vector<std::string> names() const {
    std::vector<std::string> all;
    for (const auto& item : fs::directory_iterator(folder)) {
      if (item.path().filename() != "hmac.lock") all.push_back(item.path().filename());
    }
    std::ranges::sort(all);
    return all;
  }
  FileTokenStore store() const { return {file, format}; }

  LineFormat format;
  fs::path folder;
  fs::path file;
};

// Tokens and a ledger that both say the number.
TokenMap tokens_for(int number) {
  TokenMap tokens;
  tokens["foo"].push_back({Secret::copy_of("t" + std::to_string(number)), {number, 0}, {}});
  return tokens;
}
Ledger ledger_for(int number) {
  Ledger ledger;
  ledger.entries["foo"].token = {number, 0};
  return ledger;
}
int number_in(const TokenMap& tokens) {
  return tokens.empty() ? 0 : static_cast<int>(tokens.at("foo").at(0).created.seconds);
}
int number_in(const Ledger& ledger) {
  return ledger.entries.empty() ? 0 : static_cast<int>(ledger.entries.at("foo").token.seconds);
}
StoreContents must_read(FileTokenStore store) {
  Result<StoreContents> stored = store.read();
  if (!stored) FAIL(stored.error().first().message);
  CHECK(*store.version() == stored->version);
  return std::move(stored).value();
}
void must_write(const Place& place, int number) {
  FileTokenStore store = place.store();
  const Result<void> written =
      store.write(tokens_for(number), ledger_for(number), must_read(store).version);
  if (!written) FAIL(written.error().first().message);
}
template <typename T>
void check_error(const Result<T>& result, ErrorKind kind, Code code, const std::string& text) {
  REQUIRE_FALSE(result.has_value());
  CHECK(result.error().kind == kind);
  CHECK(to_string(result.error().first().code) == to_string(code));
  CHECK_THAT(result.error().first().message + "|" + result.error().first().hint,
             Catch::Contains(text));
}

TEST_CASE("a file store keeps tokens and ledger, private under any umask") {
  const Place place;
  CHECK(must_read(place.store()).ledger == Ledger{});
  CHECK(place.names() == std::vector<std::string>{"hmac"});
  for (const mode_t mask : {mode_t{0}, mode_t{0777}}) {
    const mode_t before = ::umask(mask);
    must_write(place, static_cast<int>(mask) + 1);
    ::umask(before);
    for (const char* const name : {"hmac", "hmac.ledger", "hmac.lock"}) {
      struct stat status = {};
      REQUIRE(::stat((place.folder / name).c_str(), &status) == 0);
      CAPTURE(name);
      CHECK((status.st_mode & 077) == 0);
    }
  }
  const StoreContents stored = must_read(place.store());
  CHECK(number_in(stored.tokens) == 512);
  CHECK(stored.ledger == ledger_for(512));
  CHECK(place.names() == std::vector<std::string>{"hmac", "hmac.ledger"});
}

TEST_CASE("a write names the version that it replaces") {
  const Place place;
  FileTokenStore store = place.store();
  const std::string first = must_read(store).version;
  must_write(place, 1);
  check_error(store.write(tokens_for(2), ledger_for(2), first), ErrorKind::conflict,
              Code::store_changed, "not what it was");
  check_error(store.write(tokens_for(2), ledger_for(2), ""), ErrorKind::conflict,
              Code::store_changed, "not what it was");
  CHECK(number_in(must_read(store).tokens) == 1);
  // A ledger counts as much as tokens.
  const std::string second = must_read(store).version;
  REQUIRE(store.write(tokens_for(1), ledger_for(3), second).has_value());
  CHECK(must_read(store).version != second);
  CHECK(number_in(must_read(store).ledger) == 3);
  check_error(store.write(tokens_for(1), ledger_for(4), second), ErrorKind::conflict,
              Code::store_changed, "not what it was");
}

TEST_CASE("the token file stays as people wrote it as long as it says the same") {
  const Place place;
  const std::string text = "# by hand\nfoo=t7@1970-01-01T00:00:07.000Z\n";
  place.put("hmac", text);
  must_write(place, 7);
  CHECK(place.get("hmac") == text);
  CHECK(number_in(must_read(place.store()).ledger) == 7);
}

TEST_CASE("a store that is missing or not safe is refused with what to do") {
  const Place place;
  const auto read = [&](const fs::path& file) { return FileTokenStore(file, place.format).read(); };
  check_error(read(place.folder / "none"), ErrorKind::unavailable, Code::store_missing,
              "install -m 600 /dev/null ");
  check_error(read(place.folder / "none" / "none"), ErrorKind::unavailable, Code::store_unavailable,
              "No such file");
  for (const int mode : {0640, 0604, 0620, 0602}) {
    ::chmod(place.file.c_str(), static_cast<mode_t>(mode));
    check_error(read(place.file), ErrorKind::unavailable, Code::store_unsafe, "chmod 600 ");
  }
  ::chmod(place.file.c_str(), 0600);
  fs::create_symlink(place.file, place.folder / "link");
  check_error(read(place.folder / "link"), ErrorKind::unavailable, Code::store_unsafe,
              "name the file itself");
  REQUIRE(::mkfifo((place.folder / "fifo").c_str(), 0600) == 0);
  check_error(read(place.folder / "fifo"), ErrorKind::unavailable, Code::store_unsafe,
              "regular file");
  fs::create_hard_link(place.file, place.folder / "other");
  check_error(read(place.file), ErrorKind::unavailable, Code::store_unsafe, "other names");
  fs::remove(place.folder / "other");
  fs::create_symlink(place.folder / "elsewhere", place.folder / "hmac.ledger");
  check_error(read(place.file), ErrorKind::unavailable, Code::store_unsafe, "symbolic link");
  fs::remove(place.folder / "hmac.ledger");
  ::chmod(place.folder.c_str(), 0777);
  check_error(read(place.file), ErrorKind::unavailable, Code::store_unsafe,
              "everybody may replace");
  ::chmod(place.folder.c_str(), 01777);
  CHECK(read(place.file).has_value());
  place.put("hmac", std::string((2 << 20) + 1, '#'));
  check_error(read(place.file), ErrorKind::unavailable, Code::store_unavailable, "too large");
}

TEST_CASE("a link in the place of the lock is refused and not followed") {
  const Place place;
  fs::create_symlink(place.folder / "victim", place.folder / "hmac.lock");
  FileTokenStore store = place.store();
  check_error(store.write(tokens_for(1), {}, *store.version()), ErrorKind::unavailable,
              Code::store_unsafe, "symbolic link");
  CHECK_FALSE(fs::exists(place.folder / "victim"));
}

TEST_CASE("a damaged ledger is refused, and nothing is written over it") {
  const Place place;
  must_write(place, 1);
  const std::string version = must_read(place.store()).version;
  const std::string good = place.get("hmac.ledger");
  for (const std::string& bad :
       {std::string(), std::string("{}\n"), good.substr(0, good.size() - 1), good + good,
        good + "x", good + "{\"document\":\"\"}\n{}\n", good.substr(0, good.find('\n') + 1)}) {
    place.put("hmac.ledger", bad);
    CAPTURE(bad);
    FileTokenStore store = place.store();
    check_error(store.read(), ErrorKind::token_document, Code::ledger_unreadable, "ledger");
    check_error(store.write(tokens_for(2), {}, version), ErrorKind::token_document,
                Code::ledger_unreadable, "ledger");
    CHECK(place.get("hmac.ledger") == bad);
    CHECK(place.get("hmac") == "foo=t1@1970-01-01T00:00:01Z\n");
  }
}

TEST_CASE("what is unfinished is not forgotten when people edit the token file") {
  const Place place;
  must_write(place, 1);
  const std::string by_hand = "foo=hand@1970-01-01T00:00:09Z\n";
  SECTION("after a write") {
    place.put("hmac", by_hand);
    CHECK(number_in(must_read(place.store()).ledger) == 1);
  }
  // What a writer leaves that dies just before or just after it commits 2.
  const Result<LedgerRecords> one = read_ledger_file(place.get("hmac.ledger"), "l");
  must_write(place, 2);
  const Result<LedgerRecords> two = read_ledger_file(place.get("hmac.ledger"), "l");
  REQUIRE(one.has_value());
  REQUIRE(two.has_value());
  const std::string both = ledger_file_text({one->front(), two->front()});
  SECTION("after a writer died before its rename") {
    place.put("hmac.ledger", both);
    place.put(".hmac.hookplan-new", "foo=t2@1970-01-01T00:00:02Z\n");
    place.put("hmac", by_hand);
    CHECK(number_in(must_read(place.store()).ledger) == 1);
  }
  SECTION("after a writer died behind its rename") {
    place.put("hmac.ledger", both);
    place.put("hmac", by_hand);
    CHECK(number_in(must_read(place.store()).ledger) == 2);
  }
  CHECK(must_read(place.store()).ledger.entries.size() == 1);
  must_write(place, 5);
  CHECK(place.names() == std::vector<std::string>{"hmac", "hmac.ledger"});
  CHECK(number_in(must_read(place.store()).ledger) == 5);
}

// Adds one to the number, as often as it takes.
bool add_one(const Place& place) {
  FileTokenStore store = place.store();
  while (true) {
    const Result<StoreContents> stored = store.read();
    if (!stored) return false;
    const int number = number_in(stored->tokens);
    if (number_in(stored->ledger) != number) return false;
    const Result<void> written =
        store.write(tokens_for(number + 1), ledger_for(number + 1), stored->version);
    if (written) return true;
    if (written.error().kind != ErrorKind::conflict) return false;
  }
}

TEST_CASE("of writers in many threads and processes none loses what another wrote") {
  const Place place;
  constexpr int kWriters = 3;
  constexpr int kEach = 15;
  std::vector<pid_t> children;
  for (int i = 0; i < kWriters; ++i) {
    const pid_t child = ::fork();
    if (child == 0) {
      bool good = true;
      for (int n = 0; n < kEach; ++n) good = add_one(place) && good;
      ::_exit(good ? 0 : 1);
    }
    children.push_back(child);
  }
  std::vector<int> good(kWriters, 1);
  std::vector<std::thread> threads;
  for (int& mine : good) {
    threads.emplace_back([&] {
      for (int n = 0; n < kEach; ++n) mine = add_one(place) && mine == 1 ? 1 : 0;
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const pid_t child : children) {
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(status == 0);
  }
  CHECK(good == std::vector<int>(kWriters, 1));
  CHECK(number_in(must_read(place.store()).tokens) == 2 * kWriters * kEach);
  CHECK(number_in(must_read(place.store()).ledger) == 2 * kWriters * kEach);
}

// Lets the child run up to its system call of that number, entering and leaving counted each, and
// kills it there. False if it ended before.
bool kill_at_call(pid_t child, int number) {
  int status = 0;
  ::waitpid(child, &status, 0);
  for (int i = 0; i <= number; ++i) {
    ::ptrace(PTRACE_SYSCALL, child, nullptr, nullptr);
    ::waitpid(child, &status, 0);
    if (WIFEXITED(status) || WIFSIGNALED(status)) return false;
  }
  ::kill(child, SIGKILL);
  ::waitpid(child, &status, 0);
  return true;
}

TEST_CASE("a writer that dies at any system call leaves the old pair or the new one") {
  const Place place;
  must_write(place, 1);
  int seen_old = 0;
  int seen_new = 0;
  for (int call = 0;; ++call) {
    FileTokenStore store = place.store();
    const int before = number_in(must_read(store).tokens);
    const std::string version = must_read(store).version;
    const pid_t child = ::fork();
    if (child == 0) {
      if (::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) != 0) ::_exit(9);
      ::raise(SIGSTOP);
      ::_exit(store.write(tokens_for(before + 1), ledger_for(before + 1), version) ? 0 : 1);
    }
    const bool killed = kill_at_call(child, call);
    const StoreContents after = must_read(store);
    CAPTURE(call);
    REQUIRE(number_in(after.tokens) == number_in(after.ledger));
    REQUIRE((number_in(after.tokens) == before || number_in(after.tokens) == before + 1));
    ++(number_in(after.tokens) == before ? seen_old : seen_new);
    // The version of a writer that did not commit is still that of the store.
    CHECK((after.version == version) == (number_in(after.tokens) == before));
    if (!killed) {
      if (call == 0) WARN("skipped: processes cannot be traced here");
      break;
    }
  }
  if (seen_old + seen_new > 1) {
    CHECK(seen_old > 20);
    CHECK(seen_new > 5);
  }
  must_write(place, 1'000'000);
  CHECK(place.names() == std::vector<std::string>{"hmac", "hmac.ledger"});
}

TEST_CASE("writers that are killed at random times leave a consistent pair") {
  const Place place;
  for (int round = 0; round < 200; ++round) {
    const pid_t child = ::fork();
    if (child == 0) {
      while (add_one(place)) continue;
      ::_exit(1);
    }
    ::usleep(static_cast<useconds_t>((round * 7919) % 9000));
    ::kill(child, SIGKILL);
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    REQUIRE(WIFSIGNALED(status));
    const StoreContents stored = must_read(place.store());
    REQUIRE(number_in(stored.tokens) == number_in(stored.ledger));
  }
}

}  // namespace
}  // namespace hookplan
