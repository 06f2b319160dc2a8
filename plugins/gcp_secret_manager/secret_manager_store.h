// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/ports/token_format.h"
#include "core/ports/token_store.h"
#include "plugins/gcp_secret_manager/secret_manager_api.h"
#include "plugins/gcp_secret_manager/store_state.h"

namespace hookplan {

// Tokens are the newest version of a secret, because an operator copies its payload as a whole to
// where the receiver is. So the ledger is in another secret, and an annotation of the first one
// says which versions of it count (store_state.h).
//
// A write that changes the ledger alone is one patch of that annotation, which names the etag that
// was read. A write that changes the tokens announces itself by such a patch, adds the version,
// looks whether it came right after the one that was read, and says by another patch that it is
// done. Adding is the one moment at which both change: a reader believes the announcement if, and
// only if, the newest version is the one that it speaks of. A run that dies before leaves the old
// state, one that dies after leaves the new one.
//
// Secret Manager compares nothing when a version is added. Other runs are kept away by the
// announcement until the call cannot arrive any more. A person who adds a version in the same
// moment is noticed by the numbers: then theirs is made the newest again, and the write is a
// `conflict`.
class SecretManagerStore final : public TokenStore {
 public:
  struct Place {
    std::string secret = {};
    std::string ledger = {};  // the secret that it is in
  };
  // Longer than the call that was announced can take, and than clocks differ.
  static constexpr std::chrono::seconds kMaxOpen{15};

  // `delay`: see TokenStore. REQUIRES: format and clock live longer.
  SecretManagerStore(Place place, const TokenFormat& format, std::unique_ptr<SecretManagerApi> api,
                     Clock& clock, std::chrono::seconds delay);

  std::string id() const override;
  std::string name() const override;
  std::chrono::seconds delay() const override { return delay_; }
  Result<StoreContents> read() override;
  Result<std::string> version() override;
  Result<void> write(const TokenMap& tokens, const Ledger& ledger,
                     std::string_view version) override;

 private:
  // Everything that belongs together at one moment.
  struct Sight {
    SecretHead head = {};
    StoreState state = {};
    SecretVersion tokens = {};
    std::optional<Secret> ledger = {};  // the value that counts
    bool has_landed = false;            // what is pending has happened

    std::string version() const;
  };
  using Numbers = std::vector<std::int64_t>;

  Result<Sight> look();
  Result<Sight> look_at(const SecretHead& head);
  Result<Secret> ledger_of(const Numbers& versions);
  Result<std::shared_ptr<const Sight>> sight_of(std::string_view version);
  Result<void> wait_for_pending(const Sight& sight);
  Result<Numbers> add_ledger(const Secret& value);
  Result<void> write_ledger(const Sight& sight, const Numbers& pages);
  Result<void> write_tokens(const Sight& sight, const Numbers& pages, const Secret& document);
  Result<std::int64_t> add_tokens(const Sight& sight, const Secret& document);
  Result<void> give_back(const Sight& sight, std::int64_t ours, const SecretHead& locked);
  Result<SecretHead> annotate(const SecretHead& head, const StoreState& state);
  void destroy_ledger(const Numbers& versions);
  StoreState settled(const Sight& sight) const;
  Error error(Code code, std::string_view why) const;

  Place place_;
  const TokenFormat& format_;
  std::unique_ptr<SecretManagerApi> api_;
  Clock& clock_;
  std::chrono::seconds delay_;
  std::shared_ptr<const Sight> seen_ = nullptr;  // what was read last
};

}  // namespace hookplan
