// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/plugins/github/github_peer.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include <catch2/catch.hpp>

namespace hookplan {
namespace {

Moment now_here() {
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

}  // namespace

GithubPeer::Folder::Folder()
    : path((std::filesystem::temp_directory_path() / "hookplan.XXXXXX").string()) {
  if (::mkdtemp(path.data()) == nullptr) throw std::runtime_error("no folder");
}
GithubPeer::Folder::~Folder() { std::filesystem::remove_all(path); }

GithubPeer::GithubPeer()
    : server_({"python3", "-B", HOOKPLAN_SOURCE "/tests/peers/github.py", "--seconds", "120"}),
      curl_({"hookplan/test"}),
      paced_(curl_, now_here),
      world_{paced_, clock, [](std::string_view) { return std::nullopt; }} {
  tell("seed", R"({"tokens": {"t0k3n": {"kind": "classic", "scopes": ["repo", "admin:org_hook"]}},
                   "targets": {"o/r": {}, "o": {}}})");
}

JsonValue GithubPeer::call(const std::string& method, const std::string& what,
                           std::string_view json) {
  HttpRequest request = request_for(api() + "/_control/" + what, method, json);
  request.max_answer_bytes = std::size_t{16} << 20;
  const auto answer = curl_.send(std::move(request));
  if (!answer || answer->status != 200) throw std::runtime_error("the peer does not do " + what);
  return answer->body
      .reveal([](std::string_view bytes) {
        return parse_service_json(bytes, "a state", Code::internal_error);
      })
      .value();
}

void GithubPeer::tell(const std::string& what, std::string_view json) { call("POST", what, json); }
JsonValue GithubPeer::state() { return call("GET", "state", {}); }

int GithubPeer::requests(const std::string& line) {
  const JsonValue state = call("GET", "state", {});
  const JsonValue* const number = state.find("requests")->find(line);
  return number == nullptr ? 0 : std::stoi(number->string);
}

std::vector<JsonValue> GithubPeer::hooks(const std::string& name) {
  const JsonValue state = call("GET", "state", {});
  const JsonValue* const hooks = state.find("targets")->find(name);
  return hooks == nullptr ? std::vector<JsonValue>() : hooks->items;
}

std::string GithubPeer::file(const std::string& name, std::string_view content) {
  const std::filesystem::path path = std::filesystem::path(folder_.path) / name;
  std::ofstream(path) << content;
  std::filesystem::permissions(path, std::filesystem::perms(0600));
  return "file:" + path.string();
}

Part GithubPeer::part(const FieldMap& more) {
  Part part{"github", "github", {{"api", api()}}};
  part.fields.insert(more.begin(), more.end());
  if (!more.contains("app_id") && !more.contains("token"))
    part.fields["token"] = file("token", "t0k3n\n");
  return part;
}

std::unique_ptr<Forge> GithubPeer::forge() {
  return forge_plugin("github")->make(part(), world_).value();
}

Hook hook_for(const std::string& entry, const std::string& url, std::vector<std::string> events) {
  Route route;
  route.receiver.fields["url"] = url;
  route.events = std::move(events);
  return {entry, route, Secret::copy_of(url)};
}

Token token_for(std::string_view value) { return {Secret::copy_of(value), {1'700'000'000, 0}, {}}; }

namespace github_test {
namespace {

Diagnostic judged(const Error& error, ErrorKind kind) {
  CHECK(error.kind == kind);
  CHECK(error.first().message.find(kOne) == std::string::npos);
  return error.first();
}

}  // namespace

std::string at(const JsonValue& value, const std::string& name) {
  const JsonValue* const member = value.find(name);
  return member == nullptr ? std::string() : member->string;
}

std::string secret_of(const JsonValue& hook) { return at(*hook.find("config"), "secret"); }

bool is_done(const Result<Progress>& result) {
  if (!result) UNSCOPED_INFO(result.error().first().message);
  return result && *result == Progress::done;
}

Diagnostic why(const Result<Progress>& result, ErrorKind kind) {
  REQUIRE_FALSE(result.has_value());
  return judged(result.error(), kind);
}

Diagnostic why(const Result<void>& result, ErrorKind kind) {
  REQUIRE_FALSE(result.has_value());
  return judged(result.error(), kind);
}

}  // namespace github_test

}  // namespace hookplan
