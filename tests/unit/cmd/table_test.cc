// SPDX-License-Identifier: Apache-2.0
#include <set>
#include <string>

#include <catch2/catch.hpp>

#include "cmd/exit_code.h"
#include "cmd/help.h"

namespace hookplan {
namespace {

TEST_CASE("help, man page and completion know every command and option of the table") {
  const std::string man = man_page();
  for (const CommandSpec& command : command_table()) {
    CAPTURE(command.name);
    CHECK(help_of_all().find(command.name) != std::string::npos);
    CHECK(man.find("hookplan " + std::string(command.name)) != std::string::npos);
    for (const OptionSpec& option : command.options) {
      CAPTURE(option.name);
      CHECK(help_of(command).find("--" + std::string(option.name)) != std::string::npos);
      for (const std::string_view shell : shell_names()) {
        CHECK(completion_script(shell).find(option.name) != std::string::npos);
      }
    }
  }
}

TEST_CASE("every kind of error has an exit code of its own, and the table explains it") {
  std::set<int> codes;
  for (const ErrorKind kind :
       {ErrorKind::usage, ErrorKind::config, ErrorKind::repository, ErrorKind::plan_file,
        ErrorKind::altered, ErrorKind::output, ErrorKind::internal}) {
    CHECK(codes.insert(exit_code_of(kind)).second);
  }
  std::set<int> explained;
  for (const ExitSpec& exit : exit_table()) explained.insert(exit.code);
  for (const int code : codes) CHECK(explained.contains(code));
}

TEST_CASE("help keeps to 80 columns") {
  for (const CommandSpec& command : command_table()) {
    const std::string help = help_of(command);
    std::size_t start = 0;
    for (std::size_t end = help.find('\n'); end != std::string::npos;
         end = help.find('\n', start)) {
      CAPTURE(help.substr(start, end - start));
      CHECK(end - start <= 80);
      start = end + 1;
    }
  }
}

}  // namespace
}  // namespace hookplan
