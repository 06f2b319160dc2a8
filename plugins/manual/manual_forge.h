// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/ports/forge.h"
#include "core/ports/people.h"
#include "plugins/manual/handover_file.h"

namespace hookplan {

// A forge whose hooks are set by people, for those who have no rights on its API. It writes what is
// to be done, with the new secrets, into a hand-over file, and believes what people confirm.
// Whatever it answers `waiting` to is in the file by then. It knows a token by when it was created.
class ManualForge final : public Forge, public People, public Speller {
 public:
  explicit ManualForge(const std::filesystem::path& handover);

  Result<Progress> put_hook(const Hook& hook, const Token& token) override;
  Result<Progress> delete_hook(const Hook& hook) override;
  // The confirmation is the proof.
  Result<Progress> prove_delivery(const Hook& hook, const Token& token) override;
  // A file is changed at once or never; at once is, for a large one, when the fibers that came with
  // it are ready, too.
  std::chrono::seconds longest_call() const override { return {}; }
  Result<HookSight> inspect(const Hook& hook) override;
  // A person looks, too.
  Result<Progress> prove_spelling(const Hook& superseded, const std::string& entry) override;
  ForgeAbilities abilities() override {
    ForgeAbilities abilities;
    abilities.speller = this;
    return abilities;
  }

  Result<std::vector<std::string>> waiting() override;
  // The secrets of what is confirmed leave the file. HP8108 comes once: the person may have done
  // what was written down first.
  Result<void> confirm(std::string_view entry) override;

 private:
  Result<Progress> ask_for(HandoverTask task, const Hook& hook, const std::string& new_name);

  HandoverFile file_;
};

}  // namespace hookplan
