// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/secret.h"

namespace hookplan {

// Has GitHub Actions blot the credential out of its log, wherever it might turn up: by
// `::add-mask::` on standard output, which the runner reads and does not show. Does nothing
// elsewhere.
//
// The command holds the credential in clear, so it is written only where the runner alone reads it:
// in a job, and only if every process of the job above this one has the same standard output. In
// `hookplan apply ... | tee apply.log` it would end in a file, so there is no mask then.
//
// For credentials that end with the run. Tokens of hooks are not masked: nothing prints them, they
// are valid for years, and a mask would be the one time that they are written out.
void mask_in_log(const Secret& credential);

}  // namespace hookplan
