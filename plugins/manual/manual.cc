// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "plugins/manual/manual_forge.h"
#include "plugins/plugin.h"

namespace hookplan {
namespace {

constexpr auto kFields = std::to_array<FieldSpec>({
    {"api", FieldKind::url, FieldUse::identity, false,
     "the forge's API; with https://api.github.com the hand-over names the page of each hook"},
});

Result<std::unique_ptr<Forge>> make(const Part& /*part*/, const PluginWorld& world) {
  return std::unique_ptr<Forge>(std::make_unique<ManualForge>(world.handover));
}

std::unique_ptr<People> make_people(const PluginWorld& world) {
  return std::make_unique<ManualForge>(world.handover);
}

constexpr auto kForges = std::to_array<ForgePlugin>({
    {{PartKind::forge, "manual", "people set the hooks, told by the hand-over file", kFields},
     make,
     make_people},
});

}  // namespace

extern const Plugin kManualPlugin = {kForges, {}, {}};

}  // namespace hookplan
