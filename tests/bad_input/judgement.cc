// SPDX-License-Identifier: Apache-2.0
#include "tests/bad_input/judgement.h"

#include <sstream>

#include "tests/bad_input/printed_text.h"

namespace hookplan::bad_input {
namespace {

constexpr std::size_t kMaxPrinted = 20'000;  // bytes of complaints; some screens
constexpr double kMaxWaiting = 4;            // times the limit of work, for a busy machine
constexpr std::size_t kMegabyte = std::size_t{1} << 20;

class Judge {
 public:
  Judge(const BadCase& bad_case, const Answer& answer) : case_(bad_case), answer_(answer) {}

  std::vector<std::string> judge(const Limits& limits) && {
    judge_process(limits);
    judge_meaning();
    judge_manners();
    return std::move(objections_);
  }

 private:
  template <typename... Systems>
  void object(const Systems&... parts) {
    std::ostringstream text;
    (text << ... << parts);
    objections_.push_back(text.str());
  }

  template <typename T>
  void expect_same(const char* what, const T& expected, const T& given) {
    if (expected != given) object(what, ": expected ", expected, ", got ", given);
  }

  void judge_process(const Limits& limits) {
    const ChildResult& process = answer_.process;
    if (!process.started) return object("it could not be started");
    if (process.killed) return object("it did not end by itself");
    if (process.signal != 0) return object("signal ", process.signal, " ended it");
    expect_same("exit status", case_.exit_code, process.exit_code);
    for (const char* const report : {"Sanitizer", "runtime error:"}) {
      if (answer_.errors.find(report) != std::string::npos) object("a sanitizer reports something");
    }
    // Processor time, because other programs share the machine; the clock finds those that wait.
    if (process.busy_seconds > limits.seconds) {
      object("it worked for ", process.busy_seconds, " s, the limit is ", limits.seconds);
    }
    const double most_seconds = case_.seconds.value_or(kMaxWaiting * limits.seconds);
    if (process.seconds > most_seconds) {
      object("it took ", process.seconds, " s, the limit is ", most_seconds);
    }
    const std::size_t megabytes = process.peak_bytes / kMegabyte;
    if (megabytes > limits.megabytes) {
      object("it took ", megabytes, " MB, the limit is ", limits.megabytes);
    }
  }

  void judge_meaning() {
    // A result may be printed beside complaints, and may hold them itself.
    const std::string& errors = answer_.errors;
    const std::string text = case_.output == Output::empty ? errors : errors + answer_.output;
    expect_same("first code", case_.code, first_code(text));
    const Place place = first_place(text);
    if (case_.line != 0) expect_same("line", case_.line, place.line);
    if (case_.column != 0) expect_same("column", case_.column, place.column);
    for (const std::string& fragment : case_.says) {
      if (text.find(fragment) == std::string::npos) object("it does not say: ", fragment);
    }
    for (const std::string& secret : case_.never_says) {
      const bool said = (errors + answer_.output).find(secret) != std::string::npos;
      if (said) object("it must not say: ", secret);
    }
    if (!case_.code.empty() && case_.exit_code != 0 && !names_a_fix(text)) {
      object("it does not say how to fix it");
    }
  }

  void judge_manners() {
    const bool used = !answer_.output.empty();
    if (used && case_.output == Output::empty) object("it prints a result");
    if (!used && case_.output == Output::used) object("it prints no result");
    if (answer_.errors.size() > kMaxPrinted) {
      object("it prints ", answer_.errors.size(), " bytes of complaints");
    }
    for (const std::string* const text : {&answer_.errors, &answer_.output}) {
      const std::string line = unsafe_line(*text);
      if (!line.empty()) object("not safe to print: ", line.substr(0, 200));
    }
  }

  const BadCase& case_;
  const Answer& answer_;
  std::vector<std::string> objections_;
};

}  // namespace

std::vector<std::string> objections(const BadCase& bad_case, const Answer& answer,
                                    const Limits& limits) {
  return Judge(bad_case, answer).judge(limits);
}

}  // namespace hookplan::bad_input
