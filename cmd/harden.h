// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace hookplan {

// Keeps secrets of this process from others of the same user and from the disk: no core file, and
// (Linux) no other process may look into its memory or environment. Best effort; never fails.
void harden_process();

}  // namespace hookplan
