// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>

#include "core/base/descriptor.h"
#include "core/base/result.h"
#include "core/ports/outside.h"

namespace hookplan {

// The journal as a file that only grows: one JSON object a line, written before and after every
// effect on the outside. core/apply/FORMAT.md describes it. Without a file it keeps nothing.
class EventFile final : public Journal {
 public:
  // An empty path: no file. A new file is readable by its owner only.
  static Result<std::unique_ptr<EventFile>> open(const std::filesystem::path& path);

  Result<void> write(const StepEvent& event, Instant at) override;

 private:
  EventFile(int file, std::filesystem::path path) : file_(file), path_(std::move(path)) {}

  Descriptor file_;
  std::filesystem::path path_;
};

}  // namespace hookplan
