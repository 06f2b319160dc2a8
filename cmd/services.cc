// SPDX-License-Identifier: Apache-2.0
#include "cmd/services.h"

#include <map>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "cmd/version.h"
#include "core/base/text.h"
#include "plugins/file/file_receiver.h"
#include "plugins/file/file_store.h"
#include "plugins/http/curl_client.h"
#include "plugins/manual/manual_forge.h"
#include "plugins/prow/prow_receiver.h"
#include "plugins/prow/token_document.h"

namespace hookplan {
namespace {

Error no_plugin(std::string_view what, std::string_view name, std::string_view type,
                std::string_view known) {
  return {ErrorKind::config,
          diagnose(Code::no_plugin,
                   fmt::format("the {} {} is of type {}, which this build does not serve", what,
                               printable(name), printable(type)),
                   fmt::format("this build serves: {}", known))};
}

}  // namespace

struct Services::Implementation {
  explicit Implementation(const std::filesystem::path& handover)
      : http({fmt::format("hookplan/{}", kVersion)}), people(handover) {}

  ProwTokenFormat format;
  CurlClient http;
  ManualForge people;
  std::map<std::string, std::unique_ptr<TokenStore>> stores;
  std::map<std::pair<std::string, std::string>, std::unique_ptr<Receiver>> receivers;

  Result<Forge*> forge_of(const Route& route) {
    if (route.forge_type == "manual") return static_cast<Forge*>(&people);
    return no_plugin("forge", route.forge, route.forge_type, "manual");
  }

  Result<TokenStore*> store_of(const Route& route) {
    const auto field = [&](const char* name) {
      const auto found = route.store.find(name);
      return found == route.store.end() ? std::string() : found->second;
    };
    const std::string type = field("type");
    if (type != "file") return no_plugin("store of", route.receiver, type, "file");
    const std::string path = field("path");
    if (path.empty()) {
      return refusal(ErrorKind::config, Code::settings_missing_field,
                     fmt::format("receivers.{}.store.path is missing", printable(route.receiver)));
    }
    std::error_code ignored;
    const std::string key = std::filesystem::absolute(path, ignored).lexically_normal().string();
    std::unique_ptr<TokenStore>& store = stores[key];
    if (!store) store = std::make_unique<FileTokenStore>(path, format);
    return store.get();
  }

  Result<Receiver*> receiver_of(const Route& route, TokenStore& store) {
    if (route.receiver_type != "prow" && route.receiver_type != "file")
      return no_plugin("receiver", route.receiver, route.receiver_type, "prow, file");
    const bool is_prow = route.receiver_type == "prow";
    std::unique_ptr<Receiver>& receiver =
        receivers[{route.receiver_type, is_prow ? route.url : store.name()}];
    if (!receiver && is_prow) receiver = std::make_unique<ProwReceiver>(http);
    if (!receiver) receiver = std::make_unique<FileReceiver>(store);
    return receiver.get();
  }
};

Services::Services(const std::filesystem::path& handover)
    : implementation_(std::make_unique<Implementation>(handover)) {}
Services::~Services() = default;

Result<Parts> Services::parts_for(const Route& route) {
  TRY(Forge* const forge, implementation_->forge_of(route));
  TRY(TokenStore* const store, implementation_->store_of(route));
  TRY(Receiver* const receiver, implementation_->receiver_of(route, *store));
  return Parts{*forge, *store, *receiver};
}

ManualForge& Services::people() { return implementation_->people; }

}  // namespace hookplan
