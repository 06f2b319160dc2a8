// SPDX-License-Identifier: Apache-2.0
#include "plugins/plugin.h"

namespace hookplan {
namespace {

std::string_view type_of(const PluginType& type) { return type.type; }
std::string_view type_of(std::string_view type) { return type; }

template <typename Kind>
const Kind* find(std::span<const Kind> Plugin::*kinds, std::string_view type) {
  for (const Plugin* const plugin : plugins()) {
    for (const Kind& each : plugin->*kinds) {
      if (type_of(each.type) == type) return &each;
    }
  }
  return nullptr;
}

PluginTypes all_types() {
  PluginTypes types;
  for (const Plugin* const plugin : plugins()) {
    for (const ForgePlugin& each : plugin->forges) types.all.push_back(each.type);
    for (const ReceiverPlugin& each : plugin->receivers) types.all.push_back(each.type);
    for (const StorePlugin& each : plugin->stores) types.all.push_back(each.type);
    if (plugin->usual_names != nullptr) types.usual_names = plugin->usual_names;
  }
  return types;
}

}  // namespace

const PluginTypes& plugin_types() {
  static const PluginTypes kTypes = all_types();
  return kTypes;
}

const ForgePlugin* forge_plugin(std::string_view type) { return find(&Plugin::forges, type); }

const StorePlugin* store_plugin(std::string_view type) { return find(&Plugin::stores, type); }

const ReceiverPlugin* receiver_plugin(std::string_view type) {
  return find(&Plugin::receivers, type);
}

const ReviewPlugin* review_plugin(std::string_view type) { return find(&Plugin::reviews, type); }

}  // namespace hookplan
