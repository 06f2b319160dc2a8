// SPDX-License-Identifier: Apache-2.0
#include "core/base/diagnostic.h"

#include "core/base/error.h"

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

Error refusal(ErrorKind kind, Code code, std::string message) {
  return {kind, diagnose(code, std::move(message), std::string(catalog_entry(code).remedy))};
}

}  // namespace hookplan
