// SPDX-License-Identifier: Apache-2.0
#include "plugins/kubernetes/status_error.h"

#include <filesystem>
#include <fstream>
#include <iostream>

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "core/base/json_view.h"
#include "tests/unit/plugins/kubernetes/cluster_fixture.h"

namespace hookplan {
namespace {

namespace fs = std::filesystem;

Error error_for(int status, const std::string& body, bool is_write) {
  HttpResponse response;
  response.status = status;
  response.body = Secret::copy_of(body);
  return error_of_status(response,
                         {{"prow", "hmac-token"}, is_write, "hmac", "user prow of config"});
}

struct Expected {
  int status;
  std::string body;  // of the Status object, beside its status
  bool is_write;
  ErrorKind kind;
  Code code;
  std::string message;
  std::string hint;
};

TEST_CASE("each answer has its own message, remedy and kind") {
  using K = ErrorKind;
  const auto row = GENERATE(values<Expected>({
      {401, R"("reason":"Unauthorized")", false, K::denied, Code::cluster_login,
       "does not know who asks (401): user prow of config", "log in again"},
      {403,
       R"("reason":"Forbidden","message":"secrets \"x\" is forbidden: User \"u@x.y\" cannot update resource")",
       true, K::denied, Code::permission_missing, "user u@x.y may not update it", "--user=u@x.y"},
      {403, R"("message":"User \"system:anonymous\" cannot get resource")", false, K::denied,
       Code::cluster_login, "got no credential: user prow of config", "give it a token"},
      {403, R"("message":"User \"system:serviceaccount:ci:bot\" cannot get resource")", false,
       K::denied, Code::permission_missing, "user system:serviceaccount:ci:bot may not get",
       "--serviceaccount=ci:bot"},
      {403, R"("message":"User \"a b; rm\" cannot get resource")", false, K::denied,
       Code::permission_missing, "user prow of config may not get it", "--user=USER"},
      {403, R"("details":{"causes":[{"reason":"NamespaceTerminating"}]})", true, K::denied,
       Code::store_refused, "the namespace prow is being deleted", "name the namespace"},
      {403, R"("message":"exceeded quota: q, requested: x")", true, K::denied, Code::store_refused,
       "the quota q of the namespace", "describe quota"},
      {403, R"("message":"denied the request: s3cret")", true, K::denied, Code::store_refused,
       "a policy of the cluster", "admission"},
      {404, R"("reason":"NotFound","details":{"kind":"secrets"})", false, K::unavailable,
       Code::store_missing, "it is not there",
       "create secret generic hmac-token --from-literal=hmac="},
      {404, R"("reason":"NotFound","details":{"kind":"namespaces"})", false, K::unavailable,
       Code::store_missing, "there is no namespace prow", "correct the namespace"},
      {409, R"("reason":"Conflict","message":"the object has been modified")", true, K::conflict,
       Code::store_changed, "it is not what it was", ""},
      {409, R"("reason":"Conflict","message":"Precondition failed: UID in precondition")", true,
       K::conflict, Code::store_changed, "deleted and made again", ""},
      {409, R"("reason":"AlreadyExists")", true, K::unavailable, Code::store_unavailable,
       "a conflict that a write cannot have", "proxy"},
      {410, R"("reason":"Expired")", false, K::unavailable, Code::store_unavailable, "(410)",
       "again"},
      {413, R"("reason":"RequestEntityTooLarge")", true, K::unavailable,
       Code::token_document_too_large, "larger than the API server takes", ""},
      {415, R"("reason":"UnsupportedMediaType")", true, K::unavailable, Code::store_unavailable,
       "does not speak JSON (415)", "proxy"},
      {422, R"("message":"data: Forbidden: field is immutable when `immutable` is set")", true,
       K::denied, Code::store_refused, "it is immutable", "make it again"},
      {422, R"("details":{"causes":[{"reason":"FieldValueTooLong","field":"data"}]})", true,
       K::unavailable, Code::token_document_too_large, "no more than 1048576 bytes", ""},
      {422, R"("details":{"causes":[{"reason":"FieldValueInvalid","field":"metadata.x"}]})", true,
       K::denied, Code::store_refused, "its field metadata.x invalid", "kubectl edit"},
      {500, R"("message":"failed calling webhook \"down.example.com\": s3cret")", true,
       K::unavailable, Code::store_unavailable,
       "the admission webhook down.example.com does not answer", "bring its service back"},
      {500, R"("message":"context deadline exceeded")", true, K::unknown, Code::answer_lost,
       "storage does not answer in time (500), and may have written it", "etcd"},
      {500, R"("message":"x")", true, K::unknown, Code::answer_lost, "an error of its own (500)",
       "API server"},
      {500, R"("message":"rpc error: code = Unavailable")", false, K::unavailable,
       Code::store_unavailable, "storage does not answer in time (500)", "etcd"},
      {503, R"("message":"x")", true, K::unknown, Code::answer_lost, "(503)", "API server"},
      {504, R"("reason":"Timeout")", true, K::unknown, Code::answer_lost, "storage", "etcd"},
      {504, R"("reason":"Timeout")", false, K::unavailable, Code::store_unavailable, "storage",
       "etcd"},
      {302, "", false, K::unavailable, Code::store_unavailable, "answers 302", "proxies"},
  }));
  const std::string body =
      fmt::format(R"({{"status":"Failure"{}{}}})", row.body.empty() ? "" : ",", row.body);
  CAPTURE(row.status, body);
  const Error error = error_for(row.status, body, row.is_write);
  CHECK(error.kind == row.kind);
  CHECK(error.first().code == row.code);
  CHECK_THAT(error.first().message,
             Catch::StartsWith("Secret prow/hmac-token: ") && Catch::Contains(row.message));
  CHECK_THAT(error.first().hint, Catch::Contains(row.hint));
  CHECK_THAT(text_of_error(error), !Catch::Contains("s3cret"));
}

TEST_CASE("answers that are not of an API server say so") {
  const Error error = error_for(404, "404 page not found\n", false);
  CHECK(error.kind == ErrorKind::unavailable);
  CHECK_THAT(error.first().message, Catch::Contains("is not an API server"));
  CHECK(error_for(429, "Too many requests, please try again later.\n", true).first().code ==
        Code::rate_limited);
  CHECK(error_for(502, "<html>", true).kind == ErrorKind::unknown);
}

// What the recorded servers answered to what a store asks: GET and PUT of one Secret.
std::vector<fs::path> recordings() {
  std::vector<fs::path> all;
  for (const char* const server : {"kube-v1.20.2", "kube-v1.36.2"}) {
    const fs::path folder = fs::path(HOOKPLAN_SHARED) / "transcripts" / server;
    if (!fs::exists(folder)) continue;
    for (const auto& entry : fs::directory_iterator(folder)) {
      if (entry.path().extension() == ".json") all.push_back(entry.path());
    }
  }
  return all;
}

// "unavailable HP8013": of a response as it was recorded.
std::string verdict(const JsonView& recorded) {
  const JsonView& response = *recorded.find("response");
  const int status = std::stoi(std::string(response.find("status")->raw()));
  if (status >= 200 && status < 300) return "ok";
  const JsonView* const body = response.find("body");
  const std::string text(body->kind() == JsonView::Kind::string ? body->text() : body->raw());
  const bool is_write = recorded.find("request")->text_of("method") == "PUT";
  const Error error = error_for(status, text, is_write);
  CHECK_FALSE(error.first().hint.empty());
  return to_string(error.first().code) + (error.kind == ErrorKind::unknown ? " unknown" : "");
}

TEST_CASE("what two real servers answered is understood") {
  const auto all = recordings();
  if (all.empty()) {
    std::cout << "skipped: no recordings of kube-apiservers\n";
    return;
  }
  const std::map<std::string, std::string> expected = {
      {"02", "HP8011"},          {"03", "HP8105"},          {"04", "HP8105"},
      {"05", "HP8023"},          {"06", "HP8023"},          {"09", "HP8011"},
      {"10", "HP8011"},          {"23", "HP8013"},          {"28", "HP8014"},
      {"31", "HP8104 unknown"},  {"33", "HP8014"},          {"34", "HP8013"},
      {"35", "HP8017"},          {"36", "HP8105"},          {"61", "HP8017"},
      {"62", "HP8017"},          {"f05", "HP8013"},         {"f09", "HP8013"},
      {"f10", "HP8104 unknown"}, {"f14", "HP8104 unknown"}, {"f15", "HP8110"},
      {"f16", "HP8110"},
  };
  // What is not asked of a Secret that is there, but could be answered by one all the same.
  const std::map<std::string, std::string> of_others = {
      {"13", "HP8013"}, {"15", "HP8011"},  {"21", "HP8013"},  {"45", "HP8013"}, {"64", "HP8005"},
      {"66", "HP8005"}, {"f03", "HP8017"}, {"f04", "HP8017"}, {"f07", "HP8013"}};
  int seen = 0;
  for (const fs::path& path : all) {
    std::ifstream in(path);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    const auto recorded = JsonView::of(text);
    CAPTURE(path.string());
    REQUIRE(recorded.has_value());
    const std::string number = path.stem().string().substr(0, path.stem().string().find('-'));
    const std::string method = recorded->find("request")->text_of("method");
    if (!recorded->find("response")->find("status") ||
        recorded->find("response")->find("status")->raw() == "0") {
      continue;  // nobody answered
    }
    ++seen;
    const auto other = of_others.find(number);
    if (other != of_others.end()) {
      CHECK(verdict(*recorded) == other->second);
    } else if (method == "GET" || method == "PUT") {
      const auto found = expected.find(number);
      const bool is_list =
          recorded->find("request")->text_of("path").ends_with("/secrets") ||
          recorded->find("request")->text_of("path").find("?") != std::string::npos;
      if (found != expected.end())
        CHECK(verdict(*recorded) == found->second);
      else if (!is_list)
        CHECK(verdict(*recorded) == "ok");
    }
  }
  CHECK(seen > 150);
}

}  // namespace
}  // namespace hookplan
