// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/ports/forge.h"
#include "plugins/manual/handover_file.h"

namespace hookplan {

// A forge whose hooks are set by people, for those who have no rights on its API. It writes what is
// to be done, with the new secrets, into a hand-over file, and believes what people confirm.
// Whatever it answers `waiting` to is in the file by then. It knows a token by when it was created.
class ManualForge final : public Forge {
 public:
  explicit ManualForge(const std::filesystem::path& handover);

  Result<Progress> put_hook(const Hook& hook, const Token& token) override;
  Result<Progress> delete_hook(const Hook& hook) override;
  // The confirmation is the proof.
  Result<Progress> prove_delivery(const Hook& hook, const Token& token) override;
  // Always done: the hand-over file asks people to do it when they set the hook, and nobody could
  // tell whether they did.
  Result<Progress> redeliver(const Hook& hook, Instant since) override;
  Result<HookView> look(const Hook& hook) override;

  // The entries that wait for a person, sorted.
  Result<std::vector<std::string>> waiting();

  // A person says that everything that waits for the entry is done. Its secrets leave the file.
  // HP8107 if nothing waits for it; HP8108, once, if what waits is not what was first written down,
  // for the person may have done that.
  Result<void> confirm(std::string_view entry);

 private:
  HandoverFile file_;
};

}  // namespace hookplan
