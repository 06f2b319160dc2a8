// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <catch2/catch.hpp>

#include "core/ports/forge.h"

namespace hookplan {

// A folder for a hand-over file.
struct HandoverPlace {
  HandoverPlace() {
    std::string name = (std::filesystem::temp_directory_path() / "hookplan.XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    folder = name;
    file = folder / "handover.yaml";
  }
  HandoverPlace(const HandoverPlace&) = delete;
  HandoverPlace& operator=(const HandoverPlace&) = delete;
  ~HandoverPlace() { std::filesystem::remove_all(folder); }

  std::string text() const {
    std::ifstream in(file);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  void put(const std::string& text) const {
    std::ofstream(file) << text;
    ::chmod(file.c_str(), 0600);
  }
  bool says(const std::string& words) const { return text().find(words) != std::string::npos; }

  std::filesystem::path folder;
  std::filesystem::path file;
};

inline Hook hook_for(const std::string& entry, const std::string& secret_part = {}) {
  Hook hook;
  hook.entry = entry;
  hook.route.forge.fields["api"] = "https://api.github.com";
  hook.route.receiver.fields["url"] = "https://hooks.example.com/hook";
  hook.route.events = {"pull_request", "push"};
  hook.url = Secret::copy_of(std::string(hook.route.url()) + secret_part);
  return hook;
}

inline Token token_of(int created, const std::string& value = "s3cr3t\"\\value") {
  return {Secret::copy_of(value), {created, 5}, {}};
}

}  // namespace hookplan
