// SPDX-License-Identifier: Apache-2.0
#include "tests/bad_input/bad_case.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string_view>

namespace hookplan::bad_input {
namespace {

constexpr std::string_view kIndent = "  ";

// The file that a block is the text of, and the run that reads it alone.
struct Target {
  std::string_view field;
  std::string_view file;
};
constexpr Target kTargets[] = {{"config", "config.yaml"}, {"settings", ".hookplan.yaml"}};

class CaseReader {
 public:
  explicit CaseReader(const std::filesystem::path& file) : file_(file), stream_(file) {
    if (!stream_) fail("cannot be read");
    bad_case_.name = file.stem().string();
  }

  BadCase read() && {
    next();
    while (!at_end_) read_field();
    if (bad_case_.title.empty() || bad_case_.runs.empty() || !exit_given_) {
      fail("needs a title, something to run and an exit status");
    }
    return std::move(bad_case_);
  }

 private:
  [[noreturn]] void fail(const std::string& problem) const {
    throw std::runtime_error(file_.string() + ":" + std::to_string(number_) + ": " + problem);
  }

  void next() {
    at_end_ = !std::getline(stream_, text_);
    ++number_;
  }

  // The indented lines that follow, without their indentation; empty lines belong to them.
  std::string block() {
    std::string lines;
    for (next(); !at_end_ && (text_.empty() || text_.starts_with(kIndent)); next()) {
      lines += text_.empty() ? text_ : text_.substr(kIndent.size());
      lines += '\n';
    }
    if (lines.empty()) fail("an empty block");
    return lines;
  }

  void read_field() {
    const std::size_t colon = text_.find(':');
    if (colon == std::string::npos) fail("not a field");
    const std::string field = text_.substr(0, colon);
    const std::size_t start = std::min(text_.find_first_not_of(' ', colon + 1), text_.size());
    const std::string value = text_.substr(start);
    if (value.empty() ? !read_block(field) : !read_value(field, value)) {
      fail("unknown or empty field " + field);
    }
    if (!value.empty()) next();
  }

  bool read_block(const std::string& field) {
    if (field == "setup") {
      bad_case_.setup = block();
      return true;
    }
    for (const Target& target : kTargets) {
      const std::string file(target.file);
      if (field == target.field) {
        bad_case_.given = block();
        bad_case_.setup = "one_commit\ncp ../given " + file + "\ncommit head\n";
      } else if (field == std::string(target.field) + "_made_by") {
        bad_case_.setup =
            "one_commit\n{\n" + block() + "} >../given\nmv ../given " + file + "\ncommit head\n";
      } else {
        continue;
      }
      bad_case_.runs = {"plan", "check " + file};
      return true;
    }
    return false;
  }

  bool read_value(const std::string& field, const std::string& value) {
    BadCase& to = bad_case_;
    if (field == "title") return to.title = value, true;
    if (field == "run") return to.runs.push_back(value), true;
    if (field == "exit") return to.exit_code = number(value), exit_given_ = true;
    if (field == "code") return to.code = value, true;
    if (field == "line") return to.line = static_cast<unsigned>(number(value)), true;
    if (field == "column") return to.column = static_cast<unsigned>(number(value)), true;
    if (field == "says") return to.says.push_back(value), true;
    if (field == "never_says") return to.never_says.push_back(value), true;
    if (field == "stdout_to") return to.stdout_to = value, true;
    if (field == "stdin_from") return to.stdin_from = value, true;
    if (field == "environment") return to.environment.push_back(value), true;
    if (field == "seconds") return to.seconds = std::stod(value), true;
    if (field == "needs") return to.needs.push_back(value), true;
    if (field != "stdout") return false;
    to.output = value == "used" ? Output::used : value == "any" ? Output::any : Output::empty;
    return value == "used" || value == "any" || value == "empty";
  }

  int number(const std::string& value) const {
    try {
      return std::stoi(value);
    } catch (const std::exception&) {
      fail(value + " is not a number");
    }
  }

  std::filesystem::path file_;
  std::ifstream stream_;
  std::string text_;
  std::size_t number_ = 0;
  bool at_end_ = false;
  bool exit_given_ = false;
  BadCase bad_case_;
};

}  // namespace

BadCase read_case(const std::filesystem::path& file) { return CaseReader(file).read(); }

std::vector<BadCase> read_cases(const std::filesystem::path& folder) {
  std::vector<BadCase> cases;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".case") cases.push_back(read_case(entry.path()));
  }
  if (cases.empty()) throw std::runtime_error("no cases in " + folder.string());
  std::ranges::sort(cases, {}, &BadCase::name);
  return cases;
}

}  // namespace hookplan::bad_input
