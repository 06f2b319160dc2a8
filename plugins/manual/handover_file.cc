// SPDX-License-Identifier: Apache-2.0
#include "plugins/manual/handover_file.h"

#include <algorithm>
#include <iterator>

#include "core/base/fibers.h"
#include "core/base/private_folder.h"

namespace hookplan {
namespace {

// From here on a write costs more than others wait for it.
constexpr std::size_t kManyItems = 200;

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

class HandoverFile::Waiting {
 public:
  Waiting(std::vector<Request*>& requests, Request& request)
      : requests_(requests), request_(request) {
    requests_.push_back(&request_);
  }
  Waiting(const Waiting&) = delete;
  Waiting& operator=(const Waiting&) = delete;
  ~Waiting() { std::erase(requests_, &request_); }

 private:
  std::vector<Request*>& requests_;
  Request& request_;
};

// Whoever comes first carries out what has come until all others wait for something.
Result<void> HandoverFile::carry_out(Request& request) {
  const bool is_first = requests_.empty();
  const Waiting waiting(requests_, request);
  Fibers* const fibers = Fibers::current();
  if (is_first) {
    const bool is_large = handover_.items().size() >= kManyItems;
    if (fibers != nullptr && is_large) fibers->wait([] { return true; }, {});
    carry_out_all();
  }
  while (!request.outcome) {
    // Also where the one who was first is not there any more.
    if (requests_.front() == &request) carry_out_all();
    if (!request.outcome)
      fibers->wait([&] { return request.outcome || requests_.front() == &request; },
                   std::chrono::hours{1});
  }
  return *request.outcome;
}

void HandoverFile::carry_out_all() {
  std::vector<Request*> open;
  std::ranges::copy_if(requests_, std::back_inserter(open),
                       [](const Request* request) { return !request->outcome; });
  const Result<void> outcome = apply(open);
  for (Request* const request : open) request->outcome = outcome;
}

Result<void> HandoverFile::apply(const std::vector<Request*>& requests) {
  TRY(const FolderLock held, lock());
  TRY(Handover next, read());
  for (const Request* const request : requests) {
    Handover changed = next;
    if (request->edit(changed)) next = std::move(changed);
  }
  if (next == handover_) return {};
  return write(std::move(next));
}

Result<Handover> HandoverFile::read() {
  TRY(const PrivateFolder folder, PrivateFolder::of(file_, kCodes));
  std::optional<std::string> stamp = folder.stamp(file_.filename().string());
  if (stamp && stamp == stamp_) return handover_;
  TRY(std::optional<Secret> found, folder.read(file_.filename().string(), kMaxHandoverBytes));
  Secret bytes = found ? *std::move(found) : Secret();
  if (!same_bytes(bytes, bytes_)) {
    TRY(Handover handover, read_handover(bytes, shown_.string()));
    handover_ = std::move(handover);
    bytes_ = std::move(bytes);
  }
  stamp_ = std::move(stamp);
  return handover_;
}

Result<void> HandoverFile::write(Handover next) {
  TRY(Secret bytes, writer_.text_of(next, shown_.string()));
  TRY(const PrivateFolder folder, PrivateFolder::of(file_, kCodes));
  const auto now = std::chrono::steady_clock::now();
  const bool is_due = !synced_ || now - *synced_ > std::chrono::seconds(1);
  is_synced_ = false;
  stamp_.reset();
  TRY_VOID(folder.replace(file_.filename().string(), bytes, is_due ? Sync::now : Sync::later));
  is_synced_ = is_due;
  if (is_due) synced_ = std::chrono::steady_clock::now();
  handover_ = std::move(next);
  bytes_ = std::move(bytes);
  return {};
}

}  // namespace hookplan
