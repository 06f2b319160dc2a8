// SPDX-License-Identifier: Apache-2.0
#include "core/base/diagnostic.h"

#include <utility>

namespace hookplan {

Diagnostic diagnose(Code code, std::string message, std::string hint) {
  Diagnostic diagnostic;
  diagnostic.code = code;
  diagnostic.severity = catalog_entry(code).severity;
  diagnostic.message = std::move(message);
  diagnostic.hint = std::move(hint);
  return diagnostic;
}

}  // namespace hookplan
