// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>

#include "plugins/http/http_client.h"

namespace hookplan {

// A client that reaches this machine, and the lane that requests to it are to take.
struct ClientOnTrial {
  std::unique_ptr<HttpClient> below = nullptr;  // what it stands on, if it does
  std::unique_ptr<HttpClient> client;
  std::shared_ptr<const Lane> lane = nullptr;
};
using MakeClient = std::function<ClientOnTrial()>;

// What every HttpClient promises, tried against a server that misbehaves on request.
void http_contract(const MakeClient& make);

// The same for servers with certificates.
void https_contract(const MakeClient& make);

}  // namespace hookplan
