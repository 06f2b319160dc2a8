// SPDX-License-Identifier: Apache-2.0
#include <set>
#include <string>

#include <catch2/catch.hpp>

#include "cmd/exit_code.h"
#include "cmd/help.h"
#include "cmd/version.h"
#include "core/base/code.h"

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

TEST_CASE("every command is in one group, and every group has commands") {
  const std::string help = help_of_all();
  std::set<std::string_view> listed;
  for (const GroupSpec& group : group_table()) {
    CAPTURE(group.heading);
    CHECK(help.find("\n\n" + std::string(group.heading) + "\n  ") != std::string::npos);
    for (const CommandSpec& command : command_table()) {
      if (command.group == group.group) CHECK(listed.insert(command.name).second);
    }
  }
  CHECK(listed.size() == command_table().size());
}

TEST_CASE("what a command needs are options that it has") {
  for (const CommandSpec& command : command_table()) {
    CAPTURE(command.name);
    const std::string needed(command.needed);
    std::size_t mentioned = 0;
    for (const OptionSpec& option : command.options) {
      const std::string written =
          "--" + std::string(option.name) + (option.value.empty() ? "" : " ");
      const std::size_t at = needed.find(written + std::string(option.value));
      if (at != std::string::npos) ++mentioned;
    }
    std::size_t dashes = 0;
    for (std::size_t at = needed.find("--"); at != std::string::npos;
         at = needed.find("--", at + 2)) {
      ++dashes;
    }
    CHECK(mentioned == dashes);
  }
}

TEST_CASE("one address takes reports") {
  CHECK(help_of_all().find(kReportPage) != std::string::npos);
  CHECK(man_page().find("Report mistakes at") != std::string::npos);
  CHECK(catalog_entry(Code::internal_error).remedy.find(kReportPage) != std::string::npos);
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
