// SPDX-License-Identifier: Apache-2.0
#include "cmd/hmac/prow_config.h"

#include <algorithm>
#include <system_error>
#include <utility>

#include "cmd/hmac/gunzip.h"
#include "core/base/digest.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/config/read_config.h"

namespace hookplan {
namespace {

namespace fs = std::filesystem;

Result<std::string> unpacked(const fs::path& path) {
  TRY(std::string bytes, read_file(path, kMaxConfigBytes));
  if (!is_gzip(bytes)) return bytes;
  return gunzip(bytes, kMaxConfigBytes, path.string());
}

Error unreadable(const fs::path& path, const std::error_code& error) {
  return fail(Code::unreadable_file, "cannot read {}: {}", printable(path.string()),
              error.message())
      .hint("correct --supplemental-prow-config-dir");
}

// As Prow walks: everything below with that end, but not into folders that begin with two dots,
// where a mounted ConfigMap keeps every file a second time. Sorted, so that errors come in one
// order.
Result<std::vector<fs::path>> supplemental_files(const fs::path& folder, std::string_view suffix) {
  std::error_code error;
  fs::recursive_directory_iterator at(folder, error);
  if (error) return unreadable(folder, error);
  std::vector<fs::path> found;
  while (at != fs::recursive_directory_iterator()) {
    const std::string name = at->path().filename().string();
    const bool is_folder = at->is_directory(error) && !at->is_symlink(error);
    if (is_folder && name.starts_with("..")) at.disable_recursion_pending();
    if (!at->is_directory(error) && name.ends_with(suffix)) found.push_back(at->path());
    at.increment(error);
    if (error) return unreadable(folder, error);
  }
  std::ranges::sort(found);
  return found;
}

Result<void> require_no_section(const fs::path& path) {
  TRY(const std::string bytes, unpacked(path));
  TRY(const Snapshot snapshot, read_config(bytes, path.string()));
  if (snapshot.state == SectionState::missing) return {};
  return fail(Code::misplaced_section, "managed_webhooks stands in a supplemental config")
      .at(path.string(), snapshot.section.line)
      .field("managed_webhooks");
}

}  // namespace

Result<ProwConfig> read_prow_config(const ProwConfigFiles& files) {
  TRY(const std::string bytes, unpacked(files.config));
  ProwConfig config;
  TRY(config.snapshot, read_config(bytes, files.config.string()));
  config.file = {{}, sha256_hex(bytes), bytes.size()};
  for (const fs::path& folder : files.supplemental_folders) {
    TRY(const std::vector<fs::path> found, supplemental_files(folder, files.supplemental_suffix));
    for (const fs::path& path : found) TRY_VOID(require_no_section(path));
  }
  return config;
}

}  // namespace hookplan
