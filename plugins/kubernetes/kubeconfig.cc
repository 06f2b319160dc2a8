// SPDX-License-Identifier: Apache-2.0
#include "plugins/kubernetes/kubeconfig.h"

#include <algorithm>
#include <system_error>

#include <fmt/format.h>

#include "core/base/base64.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/yaml/yaml_scalar.h"
#include "core/yaml/yaml_tree.h"

namespace hookplan {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxKubeconfigBytes = std::size_t{4} << 20;

// Wiped at the end, because credentials are among the texts.
struct ConfigFile {
  fs::path path = {};
  YamlTree tree = {};

  ConfigFile() = default;
  ConfigFile(ConfigFile&&) = default;
  ConfigFile& operator=(ConfigFile&&) = default;
  ConfigFile(const ConfigFile&) = delete;
  ConfigFile& operator=(const ConfigFile&) = delete;
  ~ConfigFile() { wipe_all(tree); }

  static void wipe_all(YamlTree& tree) {
    wipe(tree.text);
    for (YamlTree& child : tree.children) wipe_all(child);
  }
};

const YamlTree* child_of(const YamlTree& tree, std::string_view name) {
  if (tree.kind != YamlKind::map) return nullptr;
  const auto found = std::ranges::find(tree.children, name, &YamlTree::name);
  return found == tree.children.end() || found->kind == YamlKind::null ? nullptr : &*found;
}

std::string text_of_child(const YamlTree& tree, std::string_view name) {
  const YamlTree* const child = child_of(tree, name);
  return child != nullptr && child->kind == YamlKind::scalar ? child->text : std::string();
}

bool flag_of(const YamlTree& tree, std::string_view name) {
  const YamlTree* const child = child_of(tree, name);
  return child != nullptr && child->plain && plain_boolean(child->text).value_or(false);
}

// One entry of a list of the kubeconfig: what stands below its name.
struct Entry {
  const ConfigFile& file;
  const YamlTree& body;
  std::string what;  // "user prow"

  Error problem(std::string_view why, std::string hint) const {
    return fail(Code::cluster_access, "{} in {}: {}", what, printable(file.path.string()), why)
        .at(file.path.string(), body.at.line, body.at.column)
        .hint(std::move(hint));
  }
  std::string text(std::string_view name) const { return text_of_child(body, name); }
  Secret secret(std::string_view name) const {
    const YamlTree* const child = child_of(body, name);
    return Secret::copy_of(child == nullptr ? "" : child->text);
  }
  bool has(std::string_view name) const { return child_of(body, name) != nullptr; }
  fs::path path(std::string_view name) const {
    const fs::path path = text(name);
    return path.empty() || path.is_absolute() ? path : file.path.parent_path() / path;
  }
  // Of `name`-data, which counts first, or of the file that `name` leads to; empty without both.
  Result<Secret> content(const std::string& name) const {
    if (const YamlTree* const data = child_of(body, name + "-data"); data && !data->text.empty()) {
      std::optional<std::string> bytes = bytes_from_base64(data->text);
      if (!bytes) return problem(name + "-data is not base64", "write it as kubectl does");
      Secret secret = Secret::copy_of(*bytes);
      wipe(*bytes);
      return secret;
    }
    if (!has(name)) return Secret();
    return read_credential_file(path(name));
  }
};

// It names programs that are run and servers that get tokens. Readable it may be: volumes are.
Result<void> check_writers(const fs::path& path) {
  std::error_code problem;
  const fs::perms mode = fs::status(path, problem).permissions();
  if (problem || (mode & fs::perms::others_write) == fs::perms::none) return {};
  return fail(Code::cluster_access, "everybody may write the kubeconfig {}",
              printable(path.string()))
      .at(path.string())
      .hint("chmod 600 {}", shell_word(printable(path.string())));
}

// What the reader of YAML says quotes the text, so only the place goes on.
Result<std::optional<ConfigFile>> read_kubeconfig_file(const fs::path& path, bool may_be_missing) {
  std::error_code ignored;
  if (may_be_missing && !fs::exists(path, ignored)) return std::optional<ConfigFile>();
  TRY_VOID(check_writers(path));
  Result<std::string> bytes = read_file(path, kMaxKubeconfigBytes);
  if (!bytes) {
    return fail(Code::cluster_access, "cannot read the kubeconfig {}", printable(path.string()))
        .at(path.string())
        .hint("set KUBECONFIG, or `kubeconfig` of the store in the settings file");
  }
  ConfigFile file;
  file.path = fs::absolute(path);
  Result<YamlTree> tree = read_yaml_tree(*bytes, path.string());
  wipe(*bytes);
  if (!tree) {
    const Location where = tree.error().first().where;
    return fail(Code::cluster_access, "the kubeconfig {} cannot be read: {} in line {}",
                printable(path.string()), to_string(tree.error().first().code), where.line)
        .at(path.string(), where.line, where.column)
        .hint("`hookplan explain` says what the code means; kubectl config view writes it plainly");
  }
  file.tree = std::move(tree).value();
  return std::optional<ConfigFile>(std::move(file));
}

class Kubeconfig {
 public:
  explicit Kubeconfig(std::vector<ConfigFile> files) : files_(std::move(files)) {}

  // The entry of that name in the lists `list` of all files; it stands below `below`.
  Result<std::optional<Entry>> find(std::string_view list, std::string_view below,
                                    std::string_view name) const {
    for (const ConfigFile& file : files_) {
      const YamlTree* const entries = child_of(file.tree, list);
      if (entries == nullptr) continue;
      std::optional<Entry> found;
      for (const YamlTree& entry : entries->children) {
        if (text_of_child(entry, "name") != name) continue;
        const YamlTree* const body = child_of(entry, below);
        Entry next{file, body == nullptr ? entry : *body,
                   fmt::format("{} {}", below, excerpt(name))};
        if (found) return next.problem("it stands there twice", "remove the one that is wrong");
        found.emplace(next);
      }
      if (found) return found;
    }
    return std::optional<Entry>();
  }

  Result<Entry> get(const Entry& context, std::string_view list, std::string_view below) const {
    const std::string name = context.text(below);
    TRY(std::optional<Entry> found, find(list, below, name));
    if (found) return *std::move(found);
    return context.problem(fmt::format("there is no {} {}", below, excerpt(name)),
                           "kubectl config get-contexts shows what there is");
  }

 private:
  std::vector<ConfigFile> files_;
};

Result<void> read_cluster(const Entry& cluster, ClusterAccess& access) {
  access.server = cluster.text("server");
  while (access.server.ends_with('/')) access.server.pop_back();
  if (access.server.empty()) return cluster.problem("it has no server", "add it");
  access.server_name = cluster.text("tls-server-name");
  access.skips_verification = flag_of(cluster.body, "insecure-skip-tls-verify");
  access.proxy = cluster.secret("proxy-url");
  TRY(const Secret authorities, cluster.content("certificate-authority"));
  access.authorities =
      authorities.reveal([](std::string_view bytes) { return std::string(bytes); });
  if (access.skips_verification && !access.authorities.empty()) {
    return cluster.problem("it has an authority and says that certificates are not verified",
                           "remove insecure-skip-tls-verify");
  }
  return {};
}

Result<std::vector<std::string>> texts_of(const Entry& entry, const YamlTree* list) {
  std::vector<std::string> texts;
  if (list == nullptr) return texts;
  for (const YamlTree& item : list->children) {
    if (item.kind != YamlKind::scalar) {
      return entry.problem("the arguments of its exec plugin are not texts", "put them in quotes");
    }
    texts.push_back(item.text);
  }
  return texts;
}

Result<ExecPlugin> read_exec(const Entry& user, const YamlTree& exec) {
  ExecPlugin plugin;
  plugin.api_version = text_of_child(exec, "apiVersion");
  if (plugin.api_version != "client.authentication.k8s.io/v1" &&
      plugin.api_version != "client.authentication.k8s.io/v1beta1") {
    return user.problem("its exec plugin speaks a version that is not known here",
                        "set apiVersion: client.authentication.k8s.io/v1 or .../v1beta1");
  }
  if (text_of_child(exec, "interactiveMode") == "Always") {
    return user.problem("its exec plugin wants to ask a person", "use one that needs nobody");
  }
  plugin.command = text_of_child(exec, "command");
  if (plugin.command.empty()) return user.problem("its exec plugin has no command", "add it");
  // As kubectl does: a name is looked up on the PATH, a path is relative to the file.
  if (plugin.command.find('/') != std::string::npos && plugin.command.front() != '/') {
    plugin.command = (user.file.path.parent_path() / plugin.command).string();
  }
  TRY(plugin.arguments, texts_of(user, child_of(exec, "args")));
  if (const YamlTree* const variables = child_of(exec, "env")) {
    for (const YamlTree& item : variables->children) {
      plugin.environment.emplace_back(text_of_child(item, "name"), text_of_child(item, "value"));
    }
  }
  plugin.install_hint = text_of_child(exec, "installHint");
  plugin.wants_cluster = flag_of(exec, "provideClusterInfo");
  return plugin;
}

Result<void> read_user(const Entry& user, ClusterAccess& access) {
  for (const std::string_view other : {"username", "password", "auth-provider"}) {
    if (!user.has(other)) continue;
    return user.problem(fmt::format("it logs in with {}, which clusters have given up", other),
                        "use a token, a client certificate or an exec plugin");
  }
  for (const std::string_view other : {"as", "as-uid", "as-groups", "as-user-extra"}) {
    if (!user.has(other)) continue;
    return user.problem("it acts as somebody else, which hookplan does not",
                        "give the user itself a role that may get and update the Secret");
  }
  access.user = fmt::format("{} of {}", user.what, user.file.path.string());
  TRY(access.client_certificate, user.content("client-certificate"));
  TRY(access.client_key, user.content("client-key"));
  if (access.client_certificate.empty() != access.client_key.empty()) {
    return user.problem("it has a client certificate without its key, or the other way round",
                        "name both");
  }
  // The file counts more than the token, as for kubectl.
  access.token_file = user.path("tokenFile");
  if (access.token_file.empty()) access.token = user.secret("token");
  const YamlTree* const exec = child_of(user.body, "exec");
  if (exec == nullptr) return {};
  TRY(access.exec, read_exec(user, *exec));
  return {};
}

// What an exec plugin is told beside the cluster is not handed on, so it is not asked for in vain.
Result<void> check_cluster_info(const Entry& cluster, const ClusterAccess& access) {
  if (!access.exec || !access.exec->wants_cluster) return {};
  const YamlTree* const extensions = child_of(cluster.body, "extensions");
  if (extensions == nullptr) return {};
  for (const YamlTree& extension : extensions->children) {
    if (text_of_child(extension, "name") != "client.authentication.k8s.io/exec") continue;
    return cluster.problem("it has settings for exec plugins, which hookplan does not hand on",
                           "give them to the plugin as arguments");
  }
  return {};
}

}  // namespace

KubeconfigFiles kubeconfig_files(const fs::path& named, const Lookup& environment) {
  if (!named.empty()) return {{named}, false};
  KubeconfigFiles files;
  std::string listed = environment("KUBECONFIG").value_or("");
  if (listed.empty()) {
    const std::string home = environment("HOME").value_or("");
    if (!home.empty()) files.paths.push_back(fs::path(home) / ".kube/config");
    files.may_be_missing = true;
    return files;
  }
  for (std::string_view rest = listed; !rest.empty();) {
    const std::size_t end = std::min(rest.find(':'), rest.size());
    if (end > 0) files.paths.emplace_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  files.may_be_missing = true;
  return files;
}

Result<std::optional<ClusterAccess>> access_by_kubeconfig(const KubeconfigFiles& files,
                                                          std::string_view context_name) {
  std::vector<ConfigFile> all;
  for (const fs::path& path : files.paths) {
    TRY(std::optional<ConfigFile> file, read_kubeconfig_file(path, files.may_be_missing));
    if (file) all.push_back(*std::move(file));
  }
  const Kubeconfig config(std::move(all));
  TRY(const std::optional<Entry> context, config.find("contexts", "context", context_name));
  if (!context) return std::optional<ClusterAccess>();
  TRY(const Entry cluster, config.get(*context, "clusters", "cluster"));
  TRY(const Entry user, config.get(*context, "users", "user"));
  ClusterAccess access;
  TRY_VOID(read_cluster(cluster, access));
  TRY_VOID(read_user(user, access));
  TRY_VOID(check_cluster_info(cluster, access));
  return std::optional<ClusterAccess>(std::move(access));
}

}  // namespace hookplan
