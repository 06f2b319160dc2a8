// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/base/instant.h"

namespace hookplan {

// The instant of a created_at. Prow itself writes instants before the year 1 (a second before the
// zero time is 0000-12-31T23:59:59Z), which Instant cannot hold: they are the zero instant, and the
// text must be kept beside it. Nothing for what is not RFC 3339 as core/base/instant.h reads it.
std::optional<Instant> created_from_text(std::string_view text);

// The text of `created` in a document: `text` as Go would print it (same offset, no zeros at the
// end of the fraction) if it denotes that instant, else in UTC.
std::string created_text(Instant created, std::string_view text);

}  // namespace hookplan
