// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "plugins/plugin.h"
#include "plugins/prow/prow_receiver.h"
#include "plugins/prow/stored_receiver.h"
#include "plugins/prow/token_document.h"

namespace hookplan {
namespace {

constexpr auto kFields = std::to_array<FieldSpec>({
    {"url", FieldKind::url, FieldUse::identity, true, "where deliveries go"},
});

const ProwTokenFormat kFormat;
constexpr ReceiverTraits kTraits = {ReceiverFamily::many_tokens,
                                    FallbackRule::organization_then_global, &kFormat};

Result<std::unique_ptr<Receiver>> make_prow(const Part& /*part*/, TokenStore& /*store*/,
                                            const PluginWorld& world) {
  return std::unique_ptr<Receiver>(std::make_unique<ProwReceiver>(world.http));
}

Result<std::unique_ptr<Receiver>> make_stored(const Part& /*part*/, TokenStore& store,
                                              const PluginWorld& /*world*/) {
  return std::unique_ptr<Receiver>(std::make_unique<StoredReceiver>(store));
}

constexpr auto kReceivers = std::to_array<ReceiverPlugin>({
    {{PartKind::receiver, "prow", "Prow's hook; proves a token with a signed ping", kFields},
     kTraits,
     make_prow},
    {{PartKind::receiver, "file", "Prow's hook without asking it; what is in the store counts",
      kFields},
     kTraits,
     make_stored},
});

}  // namespace

extern const Plugin kProwPlugin = {{}, kReceivers, {}};

}  // namespace hookplan
