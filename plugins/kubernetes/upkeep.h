// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/result.h"
#include "plugins/kubernetes/secret_object.h"

namespace hookplan {

// Refuses (kind `denied`, HP8018) a Secret that another program manages, because that would
// overwrite what is written here, in the middle of a rotation: External Secrets, Sealed
// Secrets, Argo CD, Flux, the Vault and the CSI operator, and whatever controls it by an owner
// reference. The message names the object where the tokens come from.
Result<void> check_upkeep(const SecretObject& object, const SecretPlace& place);

}  // namespace hookplan
