// SPDX-License-Identifier: Apache-2.0
#include "plugins/manual/handover_file.h"

#include "core/base/private_folder.h"

namespace hookplan {
namespace {

constexpr PrivateFileCodes kCodes{Code::handover_unusable, Code::handover_unusable};

}  // namespace

HandoverFile::HandoverFile(const std::filesystem::path& file)
    : shown_(file), file_(std::filesystem::absolute(file)) {}

HandoverFile::~HandoverFile() {
  if (is_synced_) return;
  const Result<PrivateFolder> folder = PrivateFolder::of(file_, kCodes);
  if (folder) folder->sync_file(file_.filename().string());
}

Result<FolderLock> HandoverFile::lock() const {
  Result<FolderLock> taken = FolderLock::take(file_);
  if (taken) return taken;
  return handover_error(shown_.string(), "its folder cannot be locked", taken.error().first().hint);
}

Result<Handover> HandoverFile::read() {
  TRY(const PrivateFolder folder, PrivateFolder::of(file_, kCodes));
  TRY(std::optional<Secret> found, folder.read(file_.filename().string(), kMaxHandoverBytes));
  Secret bytes = found ? *std::move(found) : Secret();
  if (!same_bytes(bytes, bytes_)) {
    TRY(Handover handover, read_handover(bytes, shown_.string()));
    handover_ = std::move(handover);
    bytes_ = std::move(bytes);
  }
  return handover_;
}

Result<void> HandoverFile::write(Handover next) {
  TRY(Secret bytes, writer_.text_of(next, shown_.string()));
  TRY(const PrivateFolder folder, PrivateFolder::of(file_, kCodes));
  const auto now = std::chrono::steady_clock::now();
  const bool is_due = !synced_ || now - *synced_ > std::chrono::seconds(1);
  is_synced_ = false;
  TRY_VOID(folder.replace(file_.filename().string(), bytes, is_due ? Sync::now : Sync::later));
  is_synced_ = is_due;
  if (is_due) synced_ = std::chrono::steady_clock::now();
  handover_ = std::move(next);
  bytes_ = std::move(bytes);
  return {};
}

}  // namespace hookplan
