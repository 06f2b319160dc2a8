// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <thread>

#include "core/ports/outside.h"
#include "plugins/http/curl_client.h"
#include "plugins/plugin.h"
#include "tests/unit/plugins/http/loopback_server.h"

namespace hookplan {

// The clock of this machine, which can be set ahead.
class ClusterClock final : public Clock {
 public:
  Instant now() override {
    const auto time = std::chrono::system_clock::now().time_since_epoch();
    return {std::chrono::duration_cast<std::chrono::seconds>(time + ahead).count(), 0};
  }
  std::chrono::milliseconds running() override {
    return std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::steady_clock::now().time_since_epoch() + ahead);
  }
  void sleep_for(std::chrono::milliseconds time) override {
    slept += time;
    std::this_thread::sleep_for(std::min<std::chrono::milliseconds>(time, max_sleep));
  }
  std::chrono::seconds ahead = {};
  std::chrono::milliseconds slept = {};
  std::chrono::milliseconds max_sleep{20};
};

// A folder of its own, gone with this object.
class TestFolder {
 public:
  TestFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "hookplan.XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no folder");
    path_ = name;
  }
  TestFolder(const TestFolder&) = delete;
  TestFolder& operator=(const TestFolder&) = delete;
  ~TestFolder() { std::filesystem::remove_all(path_); }
  std::string path(const std::string& name) const { return (path_ / name).string(); }
  std::string write(const std::string& name, const std::string& text) const {
    const std::filesystem::path file = path_ / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << text;
    return file.string();
  }

 private:
  std::filesystem::path path_;
};

// The whole of an error, for tests that look for what must not be in it.
inline std::string text_of_error(const Error& error) {
  std::string text;
  for (const Diagnostic& each : error.diagnostics) {
    text += each.message + "\n" + each.hint + "\n" + each.field + "\n" + each.where.path + "\n";
  }
  return text;
}

}  // namespace hookplan
