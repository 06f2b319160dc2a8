// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "core/base/secret_source.h"
#include "core/base/text.h"
#include "core/config/settings_fields.h"
#include "plugins/github/app_login.h"
#include "plugins/github/github_forge.h"
#include "plugins/github/github_names.h"
#include "plugins/github/github_record.h"
#include "plugins/github/github_review.h"
#include "plugins/plugin.h"

namespace hookplan {
namespace {

constexpr auto kFields = std::to_array<FieldSpec>({
    {"api", FieldKind::url, FieldUse::identity, false,
     "of an Enterprise Server: https://HOST/api/v3; default: https://api.github.com"},
    {"token", FieldKind::secret_source, FieldUse::access, false,
     "a token that may manage hooks; or, instead of it, the next two"},
    {"app_id", FieldKind::text, FieldUse::access, false, "id or client id of a GitHub App"},
    {"private_key", FieldKind::secret_source, FieldUse::access, false,
     "the key of the App, as GitHub gave it"},
    {"pace", FieldKind::duration, FieldUse::access, false,
     "least time between two writes; default: 1s, and 80 a minute, 500 an hour"},
});

// Without what editors and echo add at the end: no token and no PEM needs it.
Result<Secret> secret_at(const SecretSource& source, const PluginWorld& world) {
  TRY(const Secret secret, world.secret(source));
  return secret.trimmed();
}

Result<Secret> secret_of(const Part& part, std::string_view field, const PluginWorld& world) {
  TRY(const SecretSource source, secret_source(field, part.field(field)));
  return secret_at(source, world);
}

// What a header cannot carry is no token. Said here, where it is known which one it is.
Result<void> require_one_word(const Part& part, const Secret& token) {
  const bool is_word = token.reveal([](std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7f'; });
  });
  if (is_word) return {};
  return fail(Code::credential_malformed, "what {} names cannot be a token",
              printable(part.field("token")))
      .field(fmt::format("forges.{}.token", printable(part.name)));
}

GithubPlace place_of(std::string_view api) {
  if (api.empty()) api = "https://api.github.com";
  while (api.ends_with('/')) api.remove_suffix(1);
  return {std::string(api)};
}

// Secrets are read here and not at the first request: what is missing is to be known before
// anything is changed anywhere.
Result<std::shared_ptr<GithubLogin>> login_of(const Part& part, const PluginWorld& world) {
  const std::optional<std::chrono::seconds> pace = duration_from_text(part.field("pace"));
  const bool has_token = !part.field("token").empty();
  const bool has_app = !part.field("app_id").empty() || !part.field("private_key").empty();
  if (has_token && !has_app) {
    TRY(Secret token, secret_of(part, "token", world));
    TRY_VOID(require_one_word(part, token));
    return std::shared_ptr<GithubLogin>(
        std::make_shared<TokenLogin>(std::move(token), github_lane(pace)));
  }
  if (has_token || part.field("app_id").empty() || part.field("private_key").empty()) {
    return fail(Code::credential_missing, "the forge {} has {}", printable(part.name),
                has_token ? "both a token and an App"
                          : "neither a token nor an App with its private key")
        .field("forges." + printable(part.name));
  }
  TRY(const Secret pem, secret_of(part, "private_key", world));
  TRY(Rs256Key key,
      Rs256Key::from_pem(pem, part.field("private_key"),
                         "take the .pem file that GitHub gave when the key of the App was made"));
  return std::shared_ptr<GithubLogin>(std::make_shared<AppLogin>(
      world.http, world.clock, place_of(part.field("api")),
      AppLogin::App{std::string(part.field("app_id")), std::move(key)}, pace, world.mask));
}

Result<std::unique_ptr<Forge>> make_github(const Part& part, const PluginWorld& world) {
  TRY(auto login, login_of(part, world));
  return std::unique_ptr<Forge>(std::make_unique<GithubForge>(
      GithubApi(world.http, place_of(part.field("api")), std::move(login)), world.clock));
}

Result<GithubApi> api_of(const ReviewPlace& place, const PluginWorld& world) {
  TRY(Secret token, secret_at(place.token, world));
  auto login = std::make_shared<TokenLogin>(std::move(token), github_lane(std::nullopt));
  return GithubApi(world.http, place_of(place.api), std::move(login));
}

Result<std::unique_ptr<ReviewHost>> make_review(const ReviewPlace& place,
                                                const PluginWorld& world) {
  TRY(GithubApi api, api_of(place, world));
  return std::unique_ptr<ReviewHost>(
      std::make_unique<GithubReview>(GithubComments(std::move(api), place.repository)));
}

Result<std::unique_ptr<ReviewRecord>> make_record(const ReviewPlace& place,
                                                  const PluginWorld& world) {
  TRY(GithubApi api, api_of(place, world));
  return std::unique_ptr<ReviewRecord>(
      std::make_unique<GithubRecord>(std::move(api), place.repository));
}

constexpr auto kReviews = std::to_array<ReviewPlugin>({{"github", make_review, make_record}});

constexpr auto kForges = std::to_array<ForgePlugin>({
    {{PartKind::forge, "github", "hooks on GitHub, set by hookplan", kFields, &kGithubNames},
     make_github},
});

}  // namespace

extern const Plugin kGithubPlugin = {kForges, {}, {}, &kGithubNames, kReviews};

}  // namespace hookplan
