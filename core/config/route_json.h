// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/json.h"
#include "core/base/json_shape.h"
#include "core/config/route.h"

namespace hookplan {

// A route as every JSON document of ours has it. It is part of what is signed:
//   {"events":["*"],"forge":{"api":"","name":"github","type":"manual"},
//    "receiver":{"name":"prow","store":{"path":"hmac.yaml","type":"file"},"type":"prow","url":""}}
void write_route(JsonWriter& json, const Route& route);

// Throws WrongShape. The fields are whatever the type of each part had when it was written.
Route read_route(const JsonNode& node);

// What a service is, whatever the settings call it: {"api":"","type":"github"}. The part that is
// read has no name.
void write_service(JsonWriter& json, const Part& part);
Part read_service(const JsonNode& node);

}  // namespace hookplan
