// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <cstdio>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "tests/bad_input/bad_case.h"
#include "tests/bad_input/child_process.h"
#include "tests/bad_input/folder_state.h"
#include "tests/bad_input/judgement.h"
#include "tests/bad_input/prepared_folder.h"

namespace hookplan::bad_input {
namespace {

// What a person may be asked to wait and a CI container to have. The sanitizers cost both.
#ifdef HOOKPLAN_IS_SANITIZED
constexpr Limits kLimits{4, 900};
#else
constexpr Limits kLimits{1.0, 300};
#endif

// The slowest and the largest run, printed when the program ends.
struct Record {
  double seconds = 0;
  std::string slowest = {};
  std::size_t peak_bytes = 0;
  std::string largest = {};

  ~Record() {
    std::printf("slowest: %.3f s, %s\nlargest: %zu MB, %s\n", seconds, slowest.c_str(),
                peak_bytes >> 20, largest.c_str());
  }
  void note(const ChildResult& process, const std::string& name) {
    if (process.busy_seconds > seconds) seconds = process.busy_seconds, slowest = name;
    if (process.peak_bytes > peak_bytes) peak_bytes = process.peak_bytes, largest = name;
  }
};
Record& record() {
  static Record the_record;
  return the_record;
}

Answer ask(const PreparedFolder& folder, const BadCase& bad_case, std::size_t run) {
  ChildRequest request;
  request.program = HOOKPLAN_PROGRAM;
  request.arguments = folder.arguments(run);
  request.environment = folder.environment();
  request.environment.insert(request.environment.end(), bad_case.environment.begin(),
                             bad_case.environment.end());
  request.folder = folder.work();
  request.stdin_from = bad_case.stdin_from;
  const std::filesystem::path output = folder.top() / "stdout";
  const std::filesystem::path errors = folder.top() / "stderr";
  std::filesystem::remove(output);
  request.stdout_to = bad_case.stdout_to.empty() ? output.string() : bad_case.stdout_to;
  request.stderr_to = errors.string();
  Answer answer;
  answer.process = run_child(request);
  answer.output = content_of(output);
  answer.errors = content_of(errors);
  return answer;
}

std::string excerpt(const std::string& text) {
  constexpr std::size_t kMax = 2000;
  return text.size() > kMax ? text.substr(0, kMax) + "[...]\n" : text;
}

void run_case(const BadCase& bad_case) {
  if (const std::string missing = missing_need(bad_case); !missing.empty()) {
    WARN("skipped " << bad_case.name << ": " << missing);
    return;
  }
  const PreparedFolder folder(bad_case);
  for (std::size_t run = 0; run < bad_case.runs.size(); ++run) {
    const FolderState work = state_of(folder.work());
    const FolderState home = state_of(folder.home());
    const Answer answer = ask(folder, bad_case, run);
    record().note(answer.process, bad_case.name);
    std::vector<std::string> wrong = objections(bad_case, answer, kLimits);
    for (const std::string& change :
         {difference(work, state_of(folder.work())), difference(home, state_of(folder.home()))}) {
      if (!change.empty()) wrong.push_back("it changes files: " + change);
    }
    std::string list;
    for (const std::string& objection : wrong) list += "* " + objection + "\n";
    INFO(bad_case.title << "\nhookplan " << bad_case.runs[run] << "\n"
                        << list << excerpt(answer.errors + answer.output));
    CHECK(wrong.empty());
  }
}

void run_folder(const std::string& name) {
  static std::map<std::string, std::vector<BadCase>> read;
  if (!read.contains(name)) {
    read[name] = read_cases(std::filesystem::path(HOOKPLAN_BAD_CASES) / name);
  }
  for (const BadCase& bad_case : read[name]) {
    DYNAMIC_SECTION(bad_case.name) { run_case(bad_case); }
  }
}

}  // namespace

// One test a folder, so that they run in parallel.
TEST_CASE("yaml") { run_folder("yaml"); }
TEST_CASE("size") { run_folder("size"); }
TEST_CASE("section") { run_folder("section"); }
TEST_CASE("git") { run_folder("git"); }
TEST_CASE("command_line") { run_folder("command_line"); }
TEST_CASE("settings") { run_folder("settings"); }
TEST_CASE("plan_file") { run_folder("plan_file"); }
TEST_CASE("keys") { run_folder("keys"); }
TEST_CASE("policy") { run_folder("policy"); }
TEST_CASE("envelope") { run_folder("envelope"); }
TEST_CASE("apply") { run_folder("apply"); }
TEST_CASE("tokens") { run_folder("tokens"); }
TEST_CASE("handover") { run_folder("handover"); }

}  // namespace hookplan::bad_input
