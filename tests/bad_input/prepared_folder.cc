// SPDX-License-Identifier: Apache-2.0
#include "tests/bad_input/prepared_folder.h"

#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "tests/bad_input/child_process.h"

namespace hookplan::bad_input {
namespace {

constexpr const char* kShell = "/bin/sh";

// Without waiting for disks, and able to clone from a folder.
constexpr const char* kGitConfig = R"([core]
	fsync = none
[maintenance]
	auto = false
[gc]
	auto = 0
[advice]
	detachedHead = false
[protocol "file"]
	allow = always
[uploadpack]
	allowFilter = true
)";

// Fixed, so that ids are the same in every run and nothing of the user's own settings counts.
std::vector<std::string> environment_in(const std::filesystem::path& top) {
  std::vector<std::string> environment = {
      "HOME=" + (top / "home").string(),
      "TMPDIR=" + (top / "home").string(),
      "LC_ALL=C",
      "TZ=UTC",
      "GIT_CONFIG_NOSYSTEM=1",
      "GIT_TEMPLATE_DIR=",
      "GIT_CEILING_DIRECTORIES=" + top.string(),
      "GIT_AUTHOR_NAME=A",
      "GIT_AUTHOR_EMAIL=a@example.com",
      "GIT_AUTHOR_DATE=2020-01-01T00:00:00Z",
      "GIT_COMMITTER_NAME=C",
      "GIT_COMMITTER_EMAIL=c@example.com",
      "GIT_COMMITTER_DATE=2020-01-01T00:00:00Z",
      "GIT_ALLOW_PROTOCOL=file",
      std::string("HOOKPLAN=") + HOOKPLAN_PROGRAM,
      std::string("LSAN_OPTIONS=print_suppressions=0:suppressions=") + HOOKPLAN_KNOWN_LEAKS,
  };
  for (const char* const name :
       {"PATH", "LD_LIBRARY_PATH", "ASAN_OPTIONS", "UBSAN_OPTIONS", "ASAN_SYMBOLIZER_PATH"}) {
    const char* const value = std::getenv(name);
    if (value != nullptr) environment.push_back(std::string(name) + "=" + value);
  }
  return environment;
}

void write(const std::filesystem::path& file, const std::string& text) {
  std::ofstream stream(file, std::ios::binary);
  if (!(stream << text)) throw std::runtime_error("cannot write " + file.string());
}

// Prints the arguments of every run as the shell reads them, so that cases can quote and compute.
std::string script_of(const BadCase& bad_case) {
  std::string script = std::string(". '") + HOOKPLAN_BAD_CASES + "/setup.sh'\n" + bad_case.setup;
  std::size_t number = 0;
  for (const std::string& run : bad_case.runs) {
    script += "set -- hookplan " + run + "\nprintf '%s\\0' \"$@\" >\"$HOME/../arguments." +
              std::to_string(number++) + "\"\n";
  }
  return script;
}

bool succeeds(const std::string& command) {
  return std::system((command + " >/dev/null 2>&1").c_str()) == 0;
}

}  // namespace

std::string content_of(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

std::string missing_need(const BadCase& bad_case) {
  for (const std::string& need : bad_case.needs) {
    if (need == "root") {
      if (::geteuid() != 0) return "only root can prepare it";
    } else if (need == "user") {
      if (::geteuid() == 0) return "root may do everything";
    } else if (need == "reftable") {
      if (!succeeds("d=$(mktemp -d) && git init --ref-format=reftable \"$d\"; r=$?; "
                    "rm -r \"$d\"; exit $r")) {
        return "this git has no reftable";
      }
    } else if (need.starts_with('/')) {
      if (!succeeds("exec 3<" + need)) return "nothing can be read from " + need;
    } else if (!succeeds("command -v " + need)) {
      return "there is no " + need;
    }
  }
  return {};
}

PreparedFolder::PreparedFolder(const BadCase& bad_case) {
  std::string name = (std::filesystem::temp_directory_path() / "hookplan-bad-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make " + name);
  top_ = name;
  environment_ = environment_in(top_);
  std::filesystem::create_directory(top_ / "home");
  std::filesystem::create_directory(work());
  write(top_ / "home" / ".gitconfig", kGitConfig);
  write(top_ / "given", bad_case.given);
  write(top_ / "script", script_of(bad_case));

  ChildRequest request;
  request.program = kShell;
  request.arguments = {"sh", "-eu", (top_ / "script").string()};
  request.environment = environment_;
  request.folder = work();
  request.stdout_to = (top_ / "setup.out").string();
  request.stderr_to = (top_ / "setup.err").string();
  const ChildResult result = run_child(request);
  if (result.exit_code == 0) return;
  const std::string said =
      content_of(top_ / "setup.out") + content_of(top_ / "setup.err").substr(0, 4000);
  std::filesystem::remove_all(top_);
  throw std::runtime_error("the setup fails: " + said);
}

PreparedFolder::~PreparedFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(top_, ignored);
}

std::vector<std::string> PreparedFolder::arguments(std::size_t run) const {
  const std::string all = content_of(top_ / ("arguments." + std::to_string(run)));
  std::vector<std::string> arguments;
  for (std::size_t start = 0; start < all.size();) {
    const std::size_t end = all.find('\0', start);
    arguments.push_back(all.substr(start, end - start));
    start = end + 1;
  }
  return arguments;
}

}  // namespace hookplan::bad_input
