// SPDX-License-Identifier: Apache-2.0
#include "core/config/settings.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "core/base/secret_source.h"
#include "core/base/text.h"
#include "core/config/entry_name.h"
#include "core/config/settings_fields.h"
#include "core/git/repository_path.h"

namespace hookplan {
namespace {

bool is_name(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

bool is_loopback(std::string_view host) {
  return host == "localhost" || host == "127.0.0.1" || host == "[::1]";
}

bool is_port(std::string_view text) {
  constexpr int kMaxPorts = 65'535;
  return number_from(text, 1, kMaxPorts).has_value();
}

}  // namespace

std::string url_problem(std::string_view url) {
  const bool plain = std::ranges::all_of(url, [](char c) {
    return c > 0x20 && c < 0x7F && c != '"' && c != '\\' && c != '<' && c != '>' && c != '`';
  });
  if (!plain) return "it has characters that a URL cannot have";
  const bool secure = url.starts_with("https://");
  if (!secure && !url.starts_with("http://")) return "it does not begin with https://";
  const std::string_view after = url.substr(secure ? 8 : 7);
  const std::string_view authority = after.substr(0, after.find_first_of("/?#"));
  if (authority.empty()) return "it names no host";
  if (authority.find('@') != std::string_view::npos) return "it holds a user name or password";
  if (url.find('#') != std::string_view::npos) return "it has a fragment";
  if (url.find('?') != std::string_view::npos) return "it has a query, which may hold a secret";
  // A colon inside [::1] belongs to the address.
  const std::size_t bracket = authority.find(']');
  const std::size_t colon = authority.find(':', bracket == std::string_view::npos ? 0 : bracket);
  const std::string_view host = authority.substr(0, colon);
  if (host.empty()) return "it names no host";
  if (colon != std::string_view::npos && !is_port(authority.substr(colon + 1)))
    return "its port is not a number from 1 to 65535";
  if (!secure && !is_loopback(host)) return "it is not encrypted";
  return {};
}

namespace {

struct Receiver {
  Part receiver = {};
  Part store = {};
};

class SettingsReader {
 public:
  SettingsReader(std::string_view path, const PluginTypes& types) : path_(path), types_(types) {}

  Result<Settings> read(const YamlTree& root) && {
    if (root.kind != YamlKind::map) {
      return fail(Code::root_not_mapping, "a settings file is a mapping of keys to values")
          .at(path_, std::max(root.at.line, 1U), root.at.column)
          .hint("begin with `version: 1`");
    }
    SettingsFields fields = open(
        root, {},
        {"version", "config", "forges", "receivers", "routes", "rotation", "guards", "policy"});
    read_version(fields);
    read_config_path(fields);
    if (const YamlTree* const forges = fields.mapping("forges")) read_forges(*forges);
    if (const YamlTree* const receivers = fields.mapping("receivers")) read_receivers(*receivers);
    if (const YamlTree* const routes = fields.sequence("routes")) read_routes(*routes);
    if (const YamlTree* const rotation = fields.mapping("rotation")) read_rotation(*rotation);
    if (const YamlTree* const guards = fields.mapping("guards")) read_guards(*guards);
    if (const YamlTree* const policy = fields.mapping("policy")) {
      settings_.policy = read_policy_settings(*policy, path_, problems_);
    }
    if (!problems_.empty()) return Error(std::move(problems_));
    return std::move(settings_);
  }

 private:
  SettingsFields open(const YamlTree& tree, std::string where,
                      std::initializer_list<std::string_view> known) {
    return {tree, std::move(where), known, path_, problems_};
  }

  void read_version(SettingsFields& fields) {
    const YamlTree* const version = fields.any("version");
    if (version != nullptr && version->plain && version->text == "1") return;
    fields.complain("version", Code::settings_version,
                    version == nullptr ? "version is missing" : "this build reads version 1 only",
                    "write `version: 1` at the top");
  }

  void read_config_path(SettingsFields& fields) {
    const auto config = fields.text("config");
    if (!config) return;
    if (const std::string problem = repository_path_problem(*config); !problem.empty()) {
      fields.complain(
          "config", Code::settings_bad_value,
          fmt::format("config is {}: {}", printable(*config), problem),
          "name a file from the top of the repository, such as config/prow/config.yaml");
      return;
    }
    settings_.config = *config;
  }

  void read_forges(const YamlTree& tree) {
    for (const YamlTree& member : named_mappings(tree, "forges")) {
      forges_[member.name] = read_part(member, "forges." + member.name, PartKind::forge);
    }
  }

  void read_receivers(const YamlTree& tree) {
    for (const YamlTree& member : named_mappings(tree, "receivers")) {
      const std::string where = "receivers." + member.name;
      Receiver receiver{read_part(member, where, PartKind::receiver), {}};
      SettingsFields fields(member, where, path_, problems_);
      if (const YamlTree* const store = fields.mapping("store")) {
        receiver.store = read_part(*store, fields.path_of("store"), PartKind::store);
        receiver.store.name.clear();
      }
      receivers_[member.name] = std::move(receiver);
    }
  }

  // Which fields there are follows from the type; of one that is not served nothing is known.
  Part read_part(const YamlTree& tree, const std::string& where, PartKind kind) {
    SettingsFields fields(tree, where, path_, problems_);
    Part part{tree.name, fields.text("type").value_or(""), {}};
    fields.require("type");
    const PluginType* const type = types_.find(kind, part.type);
    if (type == nullptr) {
      if (!part.type.empty()) complain_of_type(fields, kind, part.type);
      return part;
    }
    std::vector<std::string_view> known = {"type"};
    if (kind == PartKind::receiver) known.emplace_back("store");
    for (const FieldSpec& spec : type->fields) known.push_back(spec.name);
    fields.allow_only(known);
    for (const FieldSpec& spec : type->fields) {
      if (spec.is_required) fields.require(spec.name);
      std::string value = read_field(fields, spec);
      if (spec.use == FieldUse::identity) {
        part.fields.emplace(spec.name, std::move(value));
      } else if (!value.empty()) {
        settings_.access[where].emplace(spec.name, std::move(value));
      }
    }
    return part;
  }

  void complain_of_type(SettingsFields& fields, PartKind kind, std::string_view type) {
    const std::vector<std::string_view> served = types_.of_kind(kind);
    const std::string_view near = nearest(type, served);
    fields.complain(
        "type", Code::no_plugin,
        fmt::format("this build does not serve the {} type {}", to_string(kind), excerpt(type)),
        near.empty() ? fmt::format("it serves: {}", fmt::join(served, ", "))
                     : fmt::format("did you mean {}?", near));
  }

  // As it stands in the file; empty if it is not there, or wrong and reported.
  std::string read_field(SettingsFields& fields, const FieldSpec& spec) {
    std::string value = fields.text(spec.name).value_or("");
    if (value.empty()) return value;
    switch (spec.kind) {
      case FieldKind::text:
      case FieldKind::path: return read_text(fields, spec, std::move(value));
      case FieldKind::url: return read_url(fields, spec.name);
      case FieldKind::duration: return fields.duration(spec.name) ? value : std::string();
      case FieldKind::flag: return fields.boolean(spec.name) ? value : std::string();
      case FieldKind::secret_source: break;
    }
    // What stands there is not repeated: it may be the secret itself.
    if (secret_source(spec.name, value)) return value;
    fields.complain(spec.name, Code::settings_bad_value,
                    fmt::format("{} does not say where the secret is", fields.path_of(spec.name)),
                    "write file:PATH, env:NAME or fd:NUMBER");
    return {};
  }

  static std::string read_text(SettingsFields& fields, const FieldSpec& spec, std::string value) {
    const std::string problem =
        spec.problem_with == nullptr ? std::string() : spec.problem_with(value);
    if (problem.empty()) return value;
    fields.complain(spec.name, Code::settings_bad_value,
                    fmt::format("{} {} {}", fields.path_of(spec.name), excerpt(value), problem));
    return {};
  }

  void read_routes(const YamlTree& tree) {
    std::size_t number = 0;
    for (const YamlTree& item : tree.children) {
      const std::string where = fmt::format("routes[{}]", number++);
      SettingsFields fields = open(item, where, {"match", "forge", "receiver", "events"});
      if (item.kind != YamlKind::map) {
        fields.complain("", Code::settings_wrong_type, fmt::format("{} must be a mapping", where));
        continue;
      }
      for (const std::string_view name : {"match", "forge", "receiver"}) fields.require(name);
      RouteRule rule;
      rule.match = fields.text("match").value_or("");
      rule.route.forge.name = fields.text("forge").value_or("");
      rule.route.receiver.name = fields.text("receiver").value_or("");
      rule.route.events = fields.texts("events").value_or(std::vector<std::string>{"*"});
      std::ranges::sort(rule.route.events);
      resolve_names(fields, rule.route);
      settings_.routes.push_back(std::move(rule));
    }
  }

  void resolve_names(SettingsFields& fields, Route& route) {
    if (const auto forge = forges_.find(route.forge.name); forge != forges_.end()) {
      route.forge = forge->second;
    } else if (!route.forge.name.empty()) {
      complain_dangling(fields, "forge", route.forge.name, names_of(forges_));
    }
    if (const auto found = receivers_.find(route.receiver.name); found != receivers_.end()) {
      route.receiver = found->second.receiver;
      route.store = found->second.store;
    } else if (!route.receiver.name.empty()) {
      complain_dangling(fields, "receiver", route.receiver.name, names_of(receivers_));
    }
  }

  template <typename T>
  static std::vector<std::string_view> names_of(const std::map<std::string, T>& map) {
    std::vector<std::string_view> names;
    names.reserve(map.size());
    for (const auto& [name, value] : map) names.push_back(name);
    return names;
  }

  static void complain_dangling(SettingsFields& fields, std::string_view kind,
                                std::string_view name, const std::vector<std::string_view>& known) {
    if (fields.is_full()) return;
    const std::string_view near = nearest(name, known);
    fields.complain(kind, Code::settings_dangling_name,
                    fmt::format("no {} is called {}", kind, printable(name)),
                    near.empty() ? fmt::format("define it below {}s", kind)
                                 : fmt::format("did you mean {}?", near));
  }

  void read_rotation(const YamlTree& tree) {
    SettingsFields fields = open(tree, "rotation", {"overlap"});
    settings_.overlap = fields.duration("overlap").value_or(settings_.overlap);
    if (settings_.overlap < kMinOverlap) {
      fields.complain("overlap", Code::settings_bad_value,
                      fmt::format("rotation.overlap is {} s", settings_.overlap.count()),
                      "deliveries that are on their way would be refused; write at least 1m");
    } else if (settings_.overlap > kMaxOverlap) {
      fields.complain("overlap", Code::settings_bad_value, "rotation.overlap is more than 365 days",
                      "old tokens would never go; 60m is usual");
    }
  }

  void read_guards(const YamlTree& tree) {
    SettingsFields fields = open(tree, "guards", {"max_removals", "protected", "allow_empty"});
    if (const YamlTree* const removals = fields.mapping("max_removals")) {
      SettingsFields limits = open(*removals, "guards.max_removals", {"count", "percent"});
      Guards& guards = settings_.guards;
      guards.most_removals = limits.integer("count", 0, kMaxCount).value_or(guards.most_removals);
      guards.most_removals_percent =
          limits.integer("percent", 0, 100).value_or(guards.most_removals_percent);
    }
    if (auto names = fields.texts("protected")) {
      settings_.guards.protected_entries = std::move(*names);
    }
    settings_.guards.allow_empty = fields.boolean("allow_empty").value_or(false);
  }

  // The members of a mapping of names to mappings; others are reported and left out.
  std::vector<YamlTree> named_mappings(const YamlTree& tree, const std::string& where) {
    SettingsFields fields(tree, where, path_, problems_);
    std::vector<YamlTree> good;
    for (const YamlTree& member : tree.children) {
      if (!is_name(member.name)) {
        fields.complain(member.name, Code::settings_bad_value,
                        fmt::format("{} is not a name", printable(member.name)),
                        "use lower-case letters, digits, - and _");
      } else if (member.kind != YamlKind::map) {
        fields.complain(member.name, Code::settings_wrong_type,
                        fmt::format("{} must be a mapping", fields.path_of(member.name)));
      } else {
        good.push_back(member);
      }
    }
    return good;
  }

  std::string read_url(SettingsFields& fields, std::string_view name) {
    std::string url = fields.text(name).value_or("");
    if (url.empty()) return url;
    // The URL itself is not repeated: what is wrong with it may be the password in it.
    if (const std::string problem = url_problem(url); !problem.empty()) {
      fields.complain(name, Code::settings_bad_value,
                      fmt::format("{} is not a usable URL: {}", fields.path_of(name), problem),
                      "write it like https://prow.example.com/hook");
      return {};
    }
    return url;
  }

  std::string_view path_;
  const PluginTypes& types_;
  std::vector<Diagnostic> problems_;
  std::map<std::string, Part> forges_;
  std::map<std::string, Receiver> receivers_;
  Settings settings_;
};

}  // namespace

Result<Settings> read_settings(std::string_view bytes, std::string_view path,
                               const PluginTypes& types) {
  TRY(const YamlTree tree, read_yaml_tree(bytes, path));
  return SettingsReader(path, types).read(tree);
}

const Route* route_of(const Settings& settings, std::string_view entry) {
  const auto found = std::ranges::find_if(
      settings.routes, [&](const RouteRule& rule) { return matches(rule.match, entry); });
  return found == settings.routes.end() ? nullptr : &found->route;
}

}  // namespace hookplan
