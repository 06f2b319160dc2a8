// SPDX-License-Identifier: Apache-2.0
#include "cmd/services.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "cmd/interruption.h"
#include "cmd/log_mask.h"
#include "cmd/version.h"
#include "core/base/secret_source.h"
#include "core/base/text.h"
#include "plugins/http/curl_client.h"
#include "plugins/http/paced_client.h"
#include "plugins/plugin.h"

namespace hookplan {
namespace {

// What the settings of a plan name was judged when they were read; this is for what a ledger or the
// plan of another build names.
Error no_plugin(PartKind kind, std::string_view name, std::string_view type) {
  return fail(Code::no_plugin, "the {} {} is of type {}, which this build does not serve",
              to_string(kind), printable(name), printable(type))
      .hint("this build serves: {}", fmt::join(plugin_types().of_kind(kind), ", "));
}

Result<const ReviewPlugin*> review_plugin_for(std::string_view type) {
  const ReviewPlugin* const plugin = review_plugin(type);
  if (plugin != nullptr) return plugin;
  return fail(Code::no_plugin, "this build does not serve reviews on {}", printable(type));
}

std::optional<std::string> variable(std::string_view name) {
  const char* const value = std::getenv(std::string(name).c_str());
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

// Limits of services are told in times of day.
Moment time_of_day() {
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

std::unique_ptr<People> people_of(const PluginWorld& world) {
  for (const Plugin* const plugin : plugins()) {
    for (const ForgePlugin& forge : plugin->forges) {
      if (forge.make_people != nullptr) return forge.make_people(world);
    }
  }
  throw std::logic_error("no forge for people in this build");
}

// A store that remembers what was odd in what it read, for who shows it.
class NotedStore : public TokenStore {
 public:
  NotedStore(std::unique_ptr<TokenStore> store, std::vector<Diagnostic>& notes)
      : store_(std::move(store)), notes_(notes) {}

  std::string id() const override { return store_->id(); }
  std::string name() const override { return store_->name(); }
  std::chrono::seconds delay() const override { return store_->delay(); }
  Result<StoreContents> read() override {
    Result<StoreContents> contents = store_->read();
    if (!contents) return contents;
    for (const Diagnostic& warning : contents->warnings) {
      const bool is_known =
          std::ranges::find(notes_, warning.message, &Diagnostic::message) != notes_.end();
      if (!is_known) notes_.push_back(warning);
    }
    return contents;
  }
  Result<std::string> version() override { return store_->version(); }
  Result<void> write(const TokenMap& tokens, const Ledger& ledger,
                     std::string_view version) override {
    return store_->write(tokens, ledger, version);
  }

 private:
  std::unique_ptr<TokenStore> store_;
  std::vector<Diagnostic>& notes_;
};

}  // namespace

struct Services::Implementation {
  Implementation(const std::filesystem::path& handover, Access access_, Clock& clock)
      : access(std::move(access_)),
        curl({fmt::format("hookplan/{}", kVersion)}),
        http(curl, time_of_day),
        world{http,
              clock,
              variable,
              handover,
              [this](const SecretSource& source) { return secret_at(source); },
              mask_in_log},
        people(people_of(world)) {}

  Access access;
  CurlClient curl;
  PacedClient http;  // one for all, so that whoever shares a lane shares its limits
  PluginWorld world;
  std::unique_ptr<People> people;
  std::vector<Diagnostic> warnings;
  // By what tells them apart: forges and receivers by their part, stores by their id.
  std::map<std::string, std::unique_ptr<Forge>> forges;
  std::map<std::string, std::unique_ptr<TokenStore>> stores;
  std::map<std::string, TokenStore*> stores_of_parts;
  std::map<std::string, std::unique_ptr<Receiver>> receivers;

  std::map<std::string, Secret> secrets;

  Result<Secret> secret_at(const SecretSource& source) {
    const std::string name = to_string(source);
    auto known = secrets.find(name);
    if (known == secrets.end()) {
      TRY(Secret secret, read_secret(source));
      known = secrets.emplace(name, std::move(secret)).first;
    }
    return known->second.clone();
  }

  static std::string key_of(const Part& part) {
    std::string key = part.type + '\n' + part.name;
    for (const auto& [name, value] : part.fields) key += fmt::format("\n{}={}", name, value);
    return key;
  }

  // The part with the fields for access that the settings have for it.
  Part with_access(Part part, const std::string& place) const {
    const auto found = access.find(place);
    if (found != access.end()) part.fields.insert(found->second.begin(), found->second.end());
    return part;
  }

  Result<Forge*> forge_of(const Part& part) {
    const ForgePlugin* const plugin = forge_plugin(part.type);
    if (plugin == nullptr) return no_plugin(PartKind::forge, part.name, part.type);
    std::unique_ptr<Forge>& forge = forges[key_of(part)];
    if (!forge) {
      TRY(auto made, plugin->make(with_access(part, "forges." + part.name), world));
      forge = std::move(made);
    }
    return forge.get();
  }

  Result<TokenStore*> store_of(const Route& route, const TokenFormat& format) {
    const StorePlugin* const plugin = store_plugin(route.store.type);
    if (plugin == nullptr) {
      return no_plugin(PartKind::store, "of " + route.receiver.name, route.store.type);
    }
    TokenStore*& known = stores_of_parts[route.receiver.name + '\n' + key_of(route.store)];
    if (known == nullptr) {
      const std::string place = fmt::format("receivers.{}.store", route.receiver.name);
      TRY(auto made, plugin->make(with_access(route.store, place), format, world));
      std::string id = made->id();
      auto noted = std::make_unique<NotedStore>(std::move(made), warnings);
      known = stores.try_emplace(std::move(id), std::move(noted)).first->second.get();
    }
    return known;
  }
};

Services::Services(const std::filesystem::path& handover, Access access, Clock& clock)
    : implementation_(std::make_unique<Implementation>(handover, std::move(access), clock)) {}
Services::~Services() = default;

Result<Systems> Services::systems_of(const Route& route) {
  const Part& part = route.receiver;
  const ReceiverPlugin* const plugin = receiver_plugin(part.type);
  if (plugin == nullptr) return no_plugin(PartKind::receiver, part.name, part.type);
  TRY(Forge* const forge, implementation_->forge_of(route.forge));
  TRY(TokenStore* const store, implementation_->store_of(route, *plugin->traits.format));
  std::unique_ptr<Receiver>& receiver =
      implementation_->receivers[implementation_->key_of(part) + '\n' + store->id()];
  if (!receiver) {
    TRY(auto made, plugin->make(implementation_->with_access(part, "receivers." + part.name),
                                *store, implementation_->world));
    receiver = std::move(made);
  }
  return Systems{*forge, *store, *receiver, plugin->traits};
}

void Services::work(std::chrono::milliseconds at_most) {
  implementation_->http.work(RequestId::any, std::min(at_most, kStopSlice));
}

const std::vector<Diagnostic>& Services::warnings() const { return implementation_->warnings; }

Result<std::unique_ptr<ReviewHost>> Services::review_host(std::string_view type,
                                                          const ReviewPlace& place) {
  TRY(const ReviewPlugin* const plugin, review_plugin_for(type));
  return plugin->make(place, implementation_->world);
}

Result<std::unique_ptr<ReviewRecord>> Services::review_record(std::string_view type,
                                                              const ReviewPlace& place) {
  TRY(const ReviewPlugin* const plugin, review_plugin_for(type));
  return plugin->make_record(place, implementation_->world);
}

People& Services::people() { return *implementation_->people; }

}  // namespace hookplan
