// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/base/hmac.h"
#include "core/base/json.h"
#include "tests/unit/plugins/http/answering_client.h"

namespace hookplan {

// A world with replicas of a receiver behind one URL; each connection leads to the next of them.
class ProwWorld final : public AnsweringClient {
 public:
  struct Replica {
    std::map<std::string, std::vector<std::string>> tokens = {};
    bool validates = true;
    std::set<std::string> unvalidated = {};  // of these it takes anything
    int status = 0;                          // other than 0: what it answers to everything
  };
  std::vector<Replica> replicas = {{}};
  int refuses_from = 0;  // pings with numbers from here on, and before the other one, get a 403
  int refuses_until = 0;
  bool is_reachable = true;
  bool answers_get_lost = false;
  HttpHeaders headers = {};
  int pings = 0;
  std::set<std::string> deliveries = {};
  std::set<std::string> bodies = {};

  Result<HttpResponse> respond(const HttpRequest& request) override {
    if (!is_reachable) {
      return Error(ErrorKind::unavailable,
                   diagnose(Code::receiver_unreachable, "cannot send", "check it"));
    }
    if (request.new_connection) ++next_;
    ++pings;
    Replica& replica = replicas[next_ % replicas.size()];
    HttpResponse response;
    const bool is_limited = refuses_from <= pings && pings < refuses_until;
    response.status = is_limited            ? 403
                      : replica.status != 0 ? replica.status
                                            : judge(replica, request);
    response.headers = headers;
    if (answers_get_lost) {
      return Error(ErrorKind::unknown, diagnose(Code::answer_lost, "no answer", "run it again"));
    }
    return response;
  }

 private:
  int judge(const Replica& replica, const HttpRequest& request) {
    const auto header = [&](const char* name) {
      const auto found = request.headers.find(name);
      return found == request.headers.end() ? std::string() : found->second;
    };
    if (request.method != "POST") return 405;
    if (header("x-github-event") != "ping") return 400;
    if (header("x-github-delivery").size() != 36) return 400;
    deliveries.insert(header("x-github-delivery"));
    if (header("content-type") != "application/json") return 400;
    if (!replica.validates) return 200;
    const std::string body =
        request.body.reveal([](std::string_view bytes) { return std::string(bytes); });
    bodies.insert(body);
    const auto json = parse_json(body, "body", "a record", Code::internal_error);
    if (!json) return 403;
    std::string name;
    if (const JsonValue* const repository = json->find("repository")) {
      name = repository->find("full_name")->string;
    } else if (const JsonValue* const organization = json->find("organization")) {
      name = organization->find("login")->string;
    }
    if (replica.unvalidated.contains(name)) return 200;
    for (const std::string& entry : {name, name.substr(0, name.find('/')), std::string("*")}) {
      const auto found = replica.tokens.find(entry);
      if (found == replica.tokens.end()) continue;
      return std::ranges::any_of(
                 found->second,
                 [&](const std::string& token) {
                   const Secret key = Secret::copy_of(token);
                   return header("x-hub-signature-256") == "sha256=" + hmac_sha256_hex(key, body) &&
                          header("x-hub-signature") == "sha1=" + hmac_sha1_hex(key, body);
                 })
                 ? 200
                 : 403;
    }
    return 403;
  }

  std::size_t next_ = 0;
};

}  // namespace hookplan
