// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/config/settings.h"
#include "core/ports/outside.h"
#include "core/ports/people.h"
#include "core/ports/review_host.h"
#include "core/ports/review_record.h"

namespace hookplan {

struct ReviewPlace;  // plugins/plugin.h

// The plugins of this build behind the ports: which one serves a part of a route follows from its
// type. One object serves all routes that name the same thing.
class Services {
 public:
  // `access`: of the settings; REQUIRES: the clock lives longer.
  Services(const std::filesystem::path& handover, Access access, Clock& clock);
  Services(const Services&) = delete;
  Services& operator=(const Services&) = delete;
  ~Services();

  // Lets everything that fibers wait for go on; returns when something may have come of it, after
  // so much time at the latest.
  void work(std::chrono::milliseconds at_most);

  // An error of kind `config` (HP8301) where no plugin serves a part.
  Result<Systems> systems_of(const Route& route);

  // Where changes are reviewed. An error of kind `config` (HP8301) where no plugin serves the type.
  Result<std::unique_ptr<ReviewHost>> review_host(std::string_view type, const ReviewPlace& place);
  Result<std::unique_ptr<ReviewRecord>> review_record(std::string_view type,
                                                      const ReviewPlace& place);

  // Who waits for people.
  People& people();

  // What was odd in the stores that were read so far, each thing once.
  const std::vector<Diagnostic>& warnings() const;

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace hookplan
