// SPDX-License-Identifier: Apache-2.0
// The walk of plugins/README.md, compiled: a forge that is one file with a line a hook, "entry url
// token". Copy this folder to plugins/ and give it a word; a real one speaks to its service with
// world.http and keeps its parts in files of their own.
#include <array>
#include <filesystem>
#include <map>
#include <sstream>

#include "core/base/file.h"
#include "plugins/plugin.h"

namespace hookplan {
namespace {

// Step 1: what the settings may say of it. `file` tells one such forge from another and is signed;
// `login` is how this machine gets in, and is in no plan.
constexpr auto kFields = std::to_array<FieldSpec>({
    {"file", FieldKind::path, FieldUse::identity, true, "the file that the hooks are in"},
    {"login", FieldKind::secret_source, FieldUse::access, true, "who may change them"},
});

// Step 2: names, beside what holds on every forge.
std::string problem_with(std::string_view entry) {
  return entry.find('.') == std::string_view::npos ? std::string() : "a toy has no dots";
}
constexpr NameRules kNames = {"Toy", problem_with, true};

std::string text_of(const Secret& secret) {
  return secret.reveal([](std::string_view bytes) { return std::string(bytes); });
}

// Step 3: the port. Each method reaches a state and may be called again at any time.
class ToyForge final : public Forge {
 public:
  explicit ToyForge(std::filesystem::path file) : file_(std::move(file)) {}

  Result<Progress> put_hook(const Hook& hook, const Token& token) override {
    TRY(auto hooks, read());
    hooks[hook.entry + " " + text_of(hook.url)] = text_of(token.value);
    return write(hooks);
  }

  Result<Progress> delete_hook(const Hook& hook) override {
    TRY(auto hooks, read());
    hooks.erase(hook.entry + " " + text_of(hook.url));
    return write(hooks);
  }

  // A real forge makes a delivery and finds it in its log, signed with the token and answered 2xx.
  Result<Progress> prove_delivery(const Hook& hook, const Token& token) override {
    TRY(const auto hooks, read());
    const auto found = hooks.find(hook.entry + " " + text_of(hook.url));
    if (found != hooks.end() && found->second == text_of(token.value)) return Progress::done;
    return fail(Code::receiver_refuses, "{} does not sign with the new token", hook.entry);
  }

  Result<HookSight> inspect(const Hook& hook) override {
    TRY(const auto hooks, read());
    HookSight sight;
    if (hooks.contains(hook.entry + " " + text_of(hook.url))) {
      sight.presence = HookSight::Presence::present;
      sight.events = hook.route.events;
    }
    return sight;
  }

 private:
  using Hooks = std::map<std::string, std::string>;

  Result<Hooks> read() const {
    Hooks hooks;
    if (!std::filesystem::exists(file_)) return hooks;
    constexpr std::size_t kMax = std::size_t{1} << 20;
    TRY(const std::string bytes, read_file(file_, kMax));
    std::istringstream lines(bytes);
    for (std::string entry, url, token; lines >> entry >> url >> token;)
      hooks[entry + " " + url] = token;
    return hooks;
  }

  Result<Progress> write(const Hooks& hooks) const {
    std::string bytes;
    for (const auto& [hook, token] : hooks) bytes += hook + " " + token + "\n";
    TRY_VOID(write_file(file_, bytes));
    return Progress::done;
  }

  std::filesystem::path file_;
};

// Step 4: how one is made; `part` has the fields of step 1, already judged.
Result<std::unique_ptr<Forge>> make(const Part& part, const PluginWorld& /*world*/) {
  if (part.field("login").empty()) return fail(Code::no_plugin, "no login");
  return std::unique_ptr<Forge>(std::make_unique<ToyForge>(std::string(part.field("file"))));
}

constexpr auto kForges = std::to_array<ForgePlugin>({
    {{PartKind::forge, "toy", "a file with a line a hook", kFields, &kNames}, make},
});

}  // namespace

// Step 5: the constant of the folder, by its word: toy_forge is kToyForgePlugin.
extern const Plugin kToyForgePlugin = {kForges, {}, {}};

}  // namespace hookplan
