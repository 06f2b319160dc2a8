// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/base/secret.h"
#include "core/base/secret_source.h"
#include "core/config/plugin_type.h"
#include "core/ports/forge.h"
#include "core/ports/outside.h"
#include "core/ports/people.h"
#include "core/ports/receiver.h"
#include "core/ports/review_host.h"
#include "core/ports/review_record.h"
#include "core/ports/token_store.h"
#include "plugins/http/http_client.h"

namespace hookplan {

// The half of a plugin that acts. Each folder of plugins exports one constant of type Plugin, and
// plugins/CMakeLists.txt names the folder: the list of them is made from these words. core never
// sees this header, so core knows no network. README.md here is the walk through a new one.

// What a plugin may use of its surroundings. REQUIRES: it lives longer than what is made with it.
struct PluginWorld {
  HttpClient& http;
  Clock& clock;
  std::function<std::optional<std::string>(std::string_view name)> environment;
  std::filesystem::path handover = {};  // the file that tells people what to do
  // What the fields of kind secret_source lead to. Two parts may name one source, and a variable or
  // a descriptor can be read once: so the program reads each once and remembers it.
  std::function<Result<Secret>(const SecretSource& source)> secret = read_secret;
  // To be told of each short-lived credential that a plugin gets for itself, before it is used: the
  // log of the surroundings blots it out, if it can. Never of tokens of hooks.
  std::function<void(const Secret& credential)> mask = [](const Secret&) {};
};

// `part` has the fields of the type, those for access included; the settings were judged by them.

struct ForgePlugin {
  PluginType type = {};
  Result<std::unique_ptr<Forge>> (*make)(const Part& part, const PluginWorld& world) = nullptr;
  // Where people set the hooks of this forge: what waits for them. Null pointer: a program does.
  std::unique_ptr<People> (*make_people)(const PluginWorld& world) = nullptr;
};

struct StorePlugin {
  PluginType type = {};
  // `format`: of the receiver whose tokens it keeps; lives as long as the program.
  Result<std::unique_ptr<TokenStore>> (*make)(const Part& part, const TokenFormat& format,
                                              const PluginWorld& world) = nullptr;
};

struct ReceiverPlugin {
  PluginType type = {};
  ReceiverTraits traits = {};
  Result<std::unique_ptr<Receiver>> (*make)(const Part& part, TokenStore& store,
                                            const PluginWorld& world) = nullptr;
};

// Where changes are reviewed, and how to log in there.
struct ReviewPlace {
  std::string api = {};         // base URL; empty: where the service is for everybody
  std::string repository = {};  // "OWNER/REPO"
  SecretSource token = {};
};

struct ReviewPlugin {
  std::string_view type = {};  // as for a forge
  Result<std::unique_ptr<ReviewHost>> (*make)(const ReviewPlace& place,
                                              const PluginWorld& world) = nullptr;
  Result<std::unique_ptr<ReviewRecord>> (*make_record)(const ReviewPlace& place,
                                                       const PluginWorld& world) = nullptr;
};

struct Plugin {
  std::span<const ForgePlugin> forges = {};
  std::span<const ReceiverPlugin> receivers = {};
  std::span<const StorePlugin> stores = {};
  const NameRules* usual_names = nullptr;  // see PluginTypes; one plugin has them
  std::span<const ReviewPlugin> reviews = {};
};

// All plugins of this build, in the order of the words in plugins/CMakeLists.txt.
std::span<const Plugin* const> plugins();

// The pure half of all of them.
const PluginTypes& plugin_types();

// Null pointer if this build does not serve the type.
const ForgePlugin* forge_plugin(std::string_view type);
const StorePlugin* store_plugin(std::string_view type);
const ReceiverPlugin* receiver_plugin(std::string_view type);
const ReviewPlugin* review_plugin(std::string_view type);

}  // namespace hookplan
