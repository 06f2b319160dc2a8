// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/private_folder.h"
#include "core/ports/token_format.h"
#include "core/ports/token_store.h"
#include "plugins/file/ledger_file.h"

namespace hookplan {

// Tokens in a file, and the ledger beside it in FILE.ledger. Reading makes no file and takes no
// lock. Writing replaces both files in one step that survives a crash, and keeps other writers out
// by FILE.lock. It cannot keep out an editor, but sees what an editor saved before.
class FileTokenStore final : public TokenStore {
 public:
  // REQUIRES: `format` lives longer.
  FileTokenStore(const std::filesystem::path& file, const TokenFormat& format);

  std::string id() const override;
  std::string name() const override;
  Result<StoreContents> read() override;
  Result<std::string> version() override;
  Result<void> write(const TokenMap& tokens, const Ledger& ledger,
                     std::string_view version) override;

 private:
  // Both files at one moment.
  struct Look {
    Secret document = {};
    std::string digest = {};  // of the document
    LedgerRecords records = {};
    std::string ledger = {};  // the one that counts, as to_json() writes it
    std::string version = {};
    bool is_edited = false;  // the ledger was written beside another document
  };

  // What was seen of both files, and their version then.
  struct Seen {
    std::string stamp = {};
    std::string version = {};
  };

  Result<PrivateFolder> folder() const;
  std::optional<std::string> stamp(const PrivateFolder& folder) const;
  Result<Look> look_once(const PrivateFolder& folder) const;
  Result<Look> look(const PrivateFolder& folder) const;
  Result<void> tidy(const PrivateFolder& folder, const Look& now) const;
  Result<void> replace_both(const PrivateFolder& folder, const Look& now, const Secret& document,
                            const std::string& ledger) const;
  Result<void> replace_ledger(const PrivateFolder& folder, const LedgerRecords& records) const;
  Error error(Code code, std::string_view why) const;

  std::filesystem::path shown_;  // as it was named
  std::filesystem::path file_;
  const TokenFormat& format_;
  std::optional<Seen> seen_;
};

}  // namespace hookplan
