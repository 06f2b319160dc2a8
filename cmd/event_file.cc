// SPDX-License-Identifier: Apache-2.0
#include "cmd/event_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include <fmt/format.h>

#include "core/base/file.h"
#include "core/base/json.h"

namespace hookplan {
namespace {

Error unwritable(const std::filesystem::path& path, int error_number) {
  return fail(Code::journal_unwritable, "cannot write {}: {}", path.string(),
              std::strerror(error_number));
}

std::string line_of(const StepEvent& event, Instant at) {
  JsonWriter json;
  json.begin_object();
  json.key("at").string(to_rfc3339(at));
  json.key("code").string(event.error != nullptr ? to_string(event.error->first().code)
                                                 : std::string());
  json.key("entry").string(event.entry);
  json.key("message").string(event.error != nullptr ? event.error->first().message : std::string());
  json.key("state").string(to_string(event.state));
  json.key("step").string(to_string(event.step));
  json.end_object();
  return json.take() + "\n";
}

}  // namespace

Result<std::unique_ptr<EventFile>> EventFile::open(const std::filesystem::path& path) {
  if (path.empty()) return std::unique_ptr<EventFile>(new EventFile(-1, {}));
  constexpr mode_t kOnlyOwner = 0600;
  const int file = open_for_writing(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, kOnlyOwner);
  if (file < 0 && errno == ENXIO) {
    return fail(Code::journal_unwritable, "cannot write {}: nobody reads this pipe", path.string())
        .hint("start its reader first");
  }
  if (file < 0) return unwritable(path, errno);
  return std::unique_ptr<EventFile>(new EventFile(file, path));
}

Result<void> EventFile::write(const StepEvent& event, Instant at) {
  if (!file_.is_open()) return {};
  const std::string line = line_of(event, at);
  // In one call, so that lines of two runs do not mix.
  const ssize_t written = ::write(file_.number(), line.data(), line.size());
  if (written == static_cast<ssize_t>(line.size())) return {};
  return unwritable(path_, written < 0 ? errno : ENOSPC);
}

}  // namespace hookplan
