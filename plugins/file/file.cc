// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "plugins/file/file_store.h"
#include "plugins/plugin.h"

namespace hookplan {
namespace {

constexpr auto kFields = std::to_array<FieldSpec>({
    {"path", FieldKind::path, FieldUse::identity, true,
     "the file, from the folder in which hookplan runs; the ledger is beside it"},
});

Result<std::unique_ptr<TokenStore>> make(const Part& part, const TokenFormat& format,
                                         const PluginWorld& /*world*/) {
  return std::unique_ptr<TokenStore>(
      std::make_unique<FileTokenStore>(std::string(part.field("path")), format));
}

constexpr auto kStores = std::to_array<StorePlugin>({
    {{PartKind::store, "file", "a file on the machine that applies", kFields}, make},
});

}  // namespace

extern const Plugin kFilePlugin = {{}, {}, kStores};

}  // namespace hookplan
