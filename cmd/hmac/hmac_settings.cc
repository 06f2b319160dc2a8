// SPDX-License-Identifier: Apache-2.0
#include "cmd/hmac/hmac_settings.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "cmd/hmac/go_flags.h"
#include "cmd/hmac/hmac_flags.h"
#include "core/base/json.h"
#include "core/base/text.h"
#include "core/config/settings_fields.h"
#include "plugins/kubernetes/kubeconfig.h"
#include "plugins/plugin.h"

namespace hookplan {
namespace {

namespace fs = std::filesystem;

bool is_true(const CommandLine& line, std::string_view flag) { return line.get(flag) == "true"; }

Error contradiction(std::string_view message) {
  return fail(Code::bad_option_value, "{}", message).hint("see hookplan help hmac");
}

// --- what Prow's tool refuses

Result<void> check_github(const CommandLine& line) {
  const bool has_token = line.has("github-token-path");
  const bool has_id = !line.get("github-app-id").empty();
  const bool has_key = !line.get("github-app-private-key-path").empty();
  if (has_id != has_key)
    return contradiction("--github-app-id and --github-app-private-key-path belong together");
  if (has_token && has_id)
    return contradiction("--github-token-path and --github-app-id exclude each other");
  if (has_token || has_id) return {};
  return contradiction(
      "neither --github-token-path nor --github-app-id says how to log in to GitHub");
}

Result<void> check_dry_run(const CommandLine& line) {
  if (line.get("dry-run", line.get("dryrun")) == line.get("dryrun", line.get("dry-run"))) return {};
  return contradiction("--dry-run and --dryrun are one flag, and they differ");
}

Result<void> check_required(const CommandLine& line) {
  for (const std::string_view flag : {"config-path", "kubeconfig-context", "hook-url",
                                      "hmac-token-secret-name", "hmac-token-key"}) {
    if (line.get(flag).empty()) return contradiction(fmt::format("--{} is required", flag));
  }
  return {};
}

bool fits(IgnoredKind kind, const std::string& value) {
  constexpr std::int64_t kMax = 1'000'000'000;
  switch (kind) {
    case IgnoredKind::text: return true;
    case IgnoredKind::number: return number_from(value, 0, kMax).has_value();
    case IgnoredKind::duration: return go_duration(value).has_value();
  }
  return false;
}

Result<void> note_ignored(const CommandLine& line, std::vector<Diagnostic>& notes) {
  for (const IgnoredFlag& flag : kIgnoredFlags) {
    if (!line.has(flag.name)) continue;
    if (!fits(flag.kind, line.get(flag.name))) {
      return fail(Code::bad_option_value, "--{} cannot be {}", flag.name,
                  excerpt(line.get(flag.name)))
          .hint(flag.kind == IgnoredKind::duration ? "a duration, such as 2m" : "a number");
    }
    notes.push_back(fail(Code::flag_ignored, "--{} has no effect", flag.name).first());
  }
  return {};
}

// --- GitHub

bool is_encrypted(std::string_view url) {
  if (url.starts_with("https://")) return true;
  return std::ranges::any_of(
      std::array{"http://localhost", "http://127.0.0.1", "http://[::1]"},
      [&](std::string_view here) {
        return url.starts_with(here) &&
               (url.size() == here.size() || url[here.size()] == ':' || url[here.size()] == '/');
      });
}

// The first that a token may be sent to. Prow takes the others where the first does not answer,
// which is usually a cache in front of the last.
Result<std::string> endpoint_of(const CommandLine& line, std::vector<Diagnostic>& notes) {
  const std::vector<std::string> all = line.all("github-endpoint");
  if (all.empty()) return std::string("https://api.github.com");
  const auto chosen = std::ranges::find_if(all, is_encrypted);
  if (chosen == all.end()) {
    return fail(Code::no_usable_endpoint, "no --github-endpoint begins with https://");
  }
  for (const std::string& each : all) {
    if (each == *chosen) continue;
    notes.push_back(fail(Code::flag_ignored, "--github-endpoint={} is passed over for {}",
                         printable(each), printable(*chosen))
                        .hint("nothing: hookplan asks one endpoint, over https")
                        .first());
  }
  return *chosen;
}

// --- the cluster

Result<std::vector<fs::path>> files_in(const std::string& folder, std::string_view suffix) {
  std::vector<fs::path> files;
  std::error_code error;
  for (fs::directory_iterator at(folder, error); !error && at != fs::directory_iterator();
       at.increment(error)) {
    if (!at->is_directory() && at->path().filename().string().ends_with(suffix))
      files.push_back(at->path());
  }
  if (error) {
    return fail(Code::unreadable_file, "cannot read --kubeconfig-dir {}: {}", printable(folder),
                error.message());
  }
  std::ranges::sort(files);
  return files;
}

// The one file that has the context; nothing if none has. Prow refuses two of one name as well.
Result<std::optional<fs::path>> file_with(const std::string& context,
                                          const std::vector<fs::path>& files) {
  std::optional<fs::path> found;
  for (const fs::path& file : files) {
    TRY(const auto access, access_by_kubeconfig({{file}, false}, context));
    if (!access) continue;
    if (found) {
      return fail(Code::cluster_access, "{} and {} both have a context {}",
                  printable(found->string()), printable(file.string()), excerpt(context))
          .hint("name one of them with --kubeconfig");
    }
    found = file;
  }
  return found;
}

struct Cluster {
  std::string context = {};  // empty: that of the pod
  std::string kubeconfig = {};
};

Result<Cluster> cluster_of(const CommandLine& line, const Lookup& environment) {
  const std::string context = line.get("kubeconfig-context");
  const std::string named = line.get("kubeconfig");
  const std::string folder = line.get("kubeconfig-dir");
  bool is_known = false;
  Cluster cluster{context, named};
  if (!folder.empty()) {
    TRY(std::vector<fs::path> files, files_in(folder, line.get("kubeconfig-suffix")));
    if (!named.empty()) files.insert(files.begin(), named);
    TRY(const auto file, file_with(context, files));
    is_known = file.has_value();
    if (file) cluster.kubeconfig = file->string();
  } else {
    TRY(const auto access, access_by_kubeconfig(kubeconfig_files(named, environment), context));
    is_known = access.has_value();
  }
  if (is_known) return cluster;
  if (context == "default" && !is_true(line, "no-in-cluster-config") && is_in_cluster(environment))
    return Cluster{};
  return fail(Code::cluster_access, "no kubeconfig has a context {}, and {}", excerpt(context),
              context != "default" ? "only `default` stands for the cluster of the pod"
              : is_true(line, "no-in-cluster-config") ? "--no-in-cluster-config is given"
                                                      : "this is not a pod of a cluster")
      .hint("set --kubeconfig or KUBECONFIG; kubectl config get-contexts shows what there is");
}

// --- the settings, as a file would have them

using Fields = std::vector<std::pair<std::string_view, std::string>>;

// JSON is YAML, so what writes the one makes the other. Empty fields are left out.
void write_fields(JsonWriter& json, Fields fields) {
  std::ranges::sort(fields);
  for (const auto& [name, value] : fields) {
    if (!value.empty()) json.key(name).string(value);
  }
}

std::string file_source(const CommandLine& line, std::string_view flag) {
  const std::string path = line.get(flag);
  return path.empty() ? path : "file:" + path;
}

Fields forge_fields(const CommandLine& line, const std::string& endpoint) {
  return {{"api", endpoint},
          {"app_id", line.get("github-app-id")},
          {"pace", line.get("pace")},
          {"private_key", file_source(line, "github-app-private-key-path")},
          {"token", file_source(line, "github-token-path")},
          {"type", "github"}};
}

Fields store_fields(const CommandLine& line, const Cluster& cluster) {
  return {{"context", cluster.context},
          {"key", line.get("hmac-token-key")},
          {"kubeconfig", cluster.kubeconfig},
          {"namespace", line.get("hmac-token-secret-namespace", "default")},
          {"secret", line.get("hmac-token-secret-name")},
          {"token_file", cluster.context.empty() ? line.get("projected-token-file") : ""},
          {"type", "kubernetes"}};
}

std::string settings_text(const CommandLine& line, const std::string& endpoint,
                          const Cluster& cluster) {
  JsonWriter json;
  json.begin_object();
  json.key("forges").begin_object();
  json.key("github").begin_object();
  write_fields(json, forge_fields(line, endpoint));
  json.end_object();
  json.end_object();
  json.key("receivers").begin_object();
  json.key("hook").begin_object();
  json.key("store").begin_object();
  write_fields(json, store_fields(line, cluster));
  json.end_object();
  write_fields(json, {{"type", "prow"}, {"url", line.get("hook-url")}});
  json.end_object();
  json.end_object();
  json.key("rotation").begin_object();
  json.key("overlap").string(line.get("overlap", "60m"));
  json.end_object();
  json.key("routes").begin_array();
  json.begin_object();
  write_fields(json, {{"forge", "github"}, {"match", "*"}, {"receiver", "hook"}});
  json.end_object();
  json.end_array();
  json.key("version").integer(1);
  json.end_object();
  return json.take();
}

// Which flag gave a field of the settings.
struct FlagOfField {
  std::string_view field;
  std::string_view flag;
};
constexpr auto kFlagsOfFields = std::to_array<FlagOfField>({
    {"forges.github.api", "--github-endpoint"},
    {"forges.github.app_id", "--github-app-id"},
    {"forges.github.pace", "--pace"},
    {"forges.github.private_key", "--github-app-private-key-path"},
    {"forges.github.token", "--github-token-path"},
    {"receivers.hook.url", "--hook-url"},
    {"receivers.hook.store.kubeconfig", "--kubeconfig"},
    {"receivers.hook.store.token_file", "--projected-token-file"},
    {"rotation.overlap", "--overlap"},
});

// Whoever gave flags must not read about a file.
Error in_flags(Error error) {
  error.kind = ErrorKind::usage;
  for (Diagnostic& diagnostic : error.diagnostics) {
    diagnostic.where = {};
    for (const FlagOfField& each : kFlagsOfFields) {
      const std::size_t at = diagnostic.message.find(each.field);
      if (at != std::string::npos) diagnostic.message.replace(at, each.field.size(), each.flag);
      if (diagnostic.field == each.field) diagnostic.field = each.flag;
    }
  }
  return error;
}

Result<void> read_guards(const CommandLine& line, Guards& guards) {
  guards.allow_empty = is_true(line, "allow-empty");
  if (!line.has("max-removals")) return {};
  const auto number = number_from(line.get("max-removals"), 0, kMaxCount);
  if (!number) {
    return fail(Code::bad_option_value, "--max-removals cannot be {}",
                excerpt(line.get("max-removals")))
        .hint("a number from 0 to {}", kMaxCount);
  }
  // Whoever names a number has counted.
  constexpr std::int64_t kAll = 100;
  guards.most_removals = *number;
  guards.most_removals_percent = kAll;
  return {};
}

}  // namespace

Result<HmacSettings> hmac_settings(const CommandLine& line, const Lookup& environment) {
  HmacSettings result;
  TRY_VOID(check_github(line));
  TRY_VOID(check_dry_run(line));
  TRY_VOID(check_required(line));
  TRY_VOID(note_ignored(line, result.notes));
  TRY(const std::string endpoint, endpoint_of(line, result.notes));
  TRY(const Cluster cluster, cluster_of(line, environment));
  auto settings =
      read_settings(settings_text(line, endpoint, cluster), "the flags", plugin_types());
  if (!settings) return in_flags(std::move(settings).error());
  result.settings = std::move(settings).value();
  TRY_VOID(read_guards(line, result.settings.guards));

  result.files.config = line.get("config-path");
  for (const std::string& folder : line.all("supplemental-prow-config-dir"))
    result.files.supplemental_folders.emplace_back(folder);
  result.files.supplemental_suffix =
      line.get("supplemental-prow-configs-filename-suffix",
               line.get("supplemental-prow-configs-filename", result.files.supplemental_suffix));
  result.dry_run = line.get("dry-run", line.get("dryrun", "true")) == "true";
  result.is_emergency = is_true(line, "emergency");
  result.finish = is_true(line, "finish");
  return result;
}

}  // namespace hookplan
