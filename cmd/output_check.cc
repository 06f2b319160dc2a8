// SPDX-License-Identifier: Apache-2.0
#include "cmd/output_check.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "cmd/input_output.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "plugins/plugin.h"

namespace hookplan {
namespace {

// Read to know what a file is; beyond that it is none of ours but a plan, which is JSON.
constexpr std::size_t kMaxLookBytes = std::size_t{32} << 20;
constexpr std::array<std::string_view, 4> kOutputs = {"out", "result", "events", "handover"};

struct Output {
  std::string_view option;
  std::filesystem::path path;
};

std::vector<Output> outputs_of(const CommandLine& line) {
  std::vector<Output> outputs;
  for (const std::string_view option : kOutputs) {
    // keygen never overwrites, and --bundle of export is no output.
    if (line.has(option) && !line.get(option).empty() && line.get(option) != kStandardStream &&
        line.command->name != "keygen")
      outputs.push_back({option, line.get(option)});
  }
  return outputs;
}

Error in_use(const Output& output, std::string_view what) {
  return fail(Code::output_in_use, "--{} {} is {}", output.option, printable(output.path.string()),
              what)
      .at(output.path.string());
}

// One file, under whatever names; a file that is still to be made has only its name.
bool is_same_file(const std::filesystem::path& one, const std::filesystem::path& other) {
  std::error_code failed;
  if (std::filesystem::equivalent(one, other, failed)) return true;
  // Of a path that does not begin with what exists, weakly_canonical() makes nothing absolute.
  const auto real = [&](const std::filesystem::path& path) {
    const auto absolute = std::filesystem::absolute(path, failed);
    return failed ? absolute : std::filesystem::weakly_canonical(absolute, failed);
  };
  const auto real_one = real(one);
  if (failed) return false;
  const auto real_other = real(other);
  return !failed && real_one == real_other;
}

bool begins_a_line(std::string_view text, std::string_view key) {
  if (text.starts_with(key)) return true;
  const std::string later = "\n" + std::string(key);
  return text.find(later) != std::string_view::npos;
}

// A file of one word may be Prow's oldest form of a token file.
bool is_one_word(std::string_view text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.remove_suffix(1);
  return text.size() >= 8 && text.size() <= 500 &&
         text.find_first_of(" \t\n{}[]:") == std::string_view::npos;
}

// What depends on the file, by its content; empty if nothing that is known.
std::string_view use_of(std::string_view text) {
  // What we print ourselves may quote anything.
  const bool is_document = text.starts_with("{\"_type\":") || text.starts_with("{\"payload");
  if (is_document) return {};
  if (text.find("PRIVATE KEY-----") != std::string_view::npos) return "a private key";
  if (text.find("PUBLIC KEY-----") != std::string_view::npos || text.starts_with("ssh-"))
    return "a public key";
  if (text.starts_with("{\"schema\":\"hookplan.ledger")) return "a ledger";
  if (begins_a_line(text, "managed_webhooks:")) return "a Prow config";
  if (begins_a_line(text, "version:")) return "a settings file";
  const bool has_tokens = text.find("created_at") != std::string_view::npos &&
                          text.find("value") != std::string_view::npos;
  if (has_tokens) return "a token file";
  return is_one_word(text) ? "a file of one word, which may be a token" : std::string_view();
}

bool is_in_git(const std::filesystem::path& path) {
  std::error_code failed;
  const std::filesystem::path real = std::filesystem::weakly_canonical(path, failed);
  return std::ranges::find(real, std::filesystem::path(".git")) != real.end();
}

// Options that name files which are read.
std::vector<std::string> inputs_of(const CommandLine& line) {
  std::vector<std::string> inputs;
  for (const std::string_view option : {"key", "sign", "passphrase", "policy", "signature"}) {
    std::string path = line.get(option);
    if (path.starts_with("file:")) path.erase(0, std::string_view("file:").size());
    if (!path.empty()) inputs.push_back(std::move(path));
  }
  // These put a plan back into its own place; what others write is something else.
  const std::array<std::string_view, 4> in_place = {"approve", "sign", "attach", "merge"};
  const bool reads_plan = line.command->words.find("PLAN") != std::string_view::npos;
  if (reads_plan && std::ranges::find(in_place, line.command->name) == in_place.end())
    inputs.insert(inputs.end(), line.words.begin(), line.words.end());
  return inputs;
}

Result<void> check_one(const CommandLine& line, const Output& output) {
  for (const std::string& input : inputs_of(line)) {
    if (is_same_file(output.path, input)) return in_use(output, "a file that is read here");
  }
  if (is_in_git(output.path)) return in_use(output, "in git's own folder");
  // A hand-over file is read before it is written, and refused if it is something else.
  if (output.option == "handover") return {};
  const Result<std::string> content = read_file(output.path, kMaxLookBytes);
  // Events are added at the end, and so would be to anything else.
  if (output.option == "events" && content && !content->empty() &&
      !content->starts_with("{\"at\":"))
    return in_use(output, "a file that does not hold events");
  const std::string_view use = content ? use_of(*content) : std::string_view();
  if (!use.empty()) return in_use(output, use);
  return {};
}

}  // namespace

Result<void> check_outputs(const CommandLine& line) {
  const std::vector<Output> outputs = outputs_of(line);
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    TRY_VOID(check_one(line, outputs[i]));
    for (std::size_t j = 0; j < i; ++j) {
      if (is_same_file(outputs[i].path, outputs[j].path))
        return in_use(outputs[i], fmt::format("the file of --{}, too", outputs[j].option));
    }
  }
  return {};
}

Result<void> check_outputs_against(const CommandLine& line, const Settings& settings) {
  for (const RouteRule& rule : settings.routes) {
    const PluginType* const type = plugin_types().find(PartKind::store, rule.route.store.type);
    if (type == nullptr) continue;
    for (const FieldSpec& field : type->fields) {
      if (field.kind != FieldKind::path) continue;
      const std::string file(rule.route.store.field(field.name));
      for (const Output& output : outputs_of(line)) {
        if (is_same_file(output.path, file)) return in_use(output, "the token file");
        if (is_same_file(output.path, file + ".ledger")) return in_use(output, "the ledger");
        if (is_same_file(output.path, file + ".lock")) return in_use(output, "the store's lock");
      }
    }
  }
  return {};
}

}  // namespace hookplan
