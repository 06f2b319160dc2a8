// SPDX-License-Identifier: Apache-2.0
// Any bytes as the answer of an API server: no crash; what is taken for the Secret keeps all that
// is not ours when our values go in, and what the strict JSON reader takes the view takes, too.
#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

#include "core/base/json.h"
#include "core/base/json_view.h"
#include "plugins/kubernetes/exec_credential.h"
#include "plugins/kubernetes/secret_object.h"
#include "plugins/kubernetes/status_error.h"
#include "plugins/kubernetes/upkeep.h"
#include "tests/fuzz/require.h"

namespace hookplan {
namespace {

const SecretPlace kPlace{"prow", "hmac-token"};

// Everything but the values of these keys is where it was.
void require_kept(const JsonView& before, const JsonView& after,
                  const std::array<SecretObject::Value, 2>& ours) {
  for (const auto& [name, value] : before.members()) {
    const JsonView* const now = after.find(name);
    require(now != nullptr);
    if (name != "data") {
      require(now->raw() == value.raw());
      continue;
    }
    for (const auto& [key, old] : value.members()) {
      const bool is_ours = std::ranges::find(ours, key, &SecretObject::Value::key) != ours.end();
      require(now->find(key) != nullptr && (is_ours || now->find(key)->raw() == old.raw()));
    }
  }
}

void try_as_secret(std::string_view bytes) {
  const auto object = SecretObject::read(Secret::copy_of(bytes), kPlace);
  if (!object) return;
  static_cast<void>(check_upkeep(*object, kPlace).has_value());
  const Secret one = Secret::copy_of("tokens");
  const Secret two = Secret::copy_of("ledger");
  const std::array<SecretObject::Value, 2> values = {SecretObject::Value{"hmac", one},
                                                     SecretObject::Value{"hmac.ledger", two}};
  require(object->data_bytes_with(values) >= one.size() + two.size());
  const Secret next = object->with(values);
  next.reveal([&](std::string_view text) {
    const auto before = JsonView::of(bytes);
    const auto after = JsonView::of(text);
    require(before && after);
    require_kept(*before, *after, values);
  });
  const auto again = SecretObject::read(next.clone(), kPlace);
  require(again && again->version() == object->version() && again->holds(values));
}

}  // namespace
}  // namespace hookplan

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace hookplan;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  try_as_secret(bytes);
  if (parse_json(bytes, "x", "x", Code::internal_error)) require(JsonView::of(bytes).has_value());
  static_cast<void>(read_exec_credential(bytes, "client.authentication.k8s.io/v1"));
  for (const int status : {401, 403, 404, 409, 422, 500}) {
    HttpResponse response;
    response.status = status;
    response.body = Secret::copy_of(bytes);
    const Error error = error_of_status(response, {kPlace, true, "hmac", "user u"});
    require(!error.first().message.empty());
  }
  return 0;
}
