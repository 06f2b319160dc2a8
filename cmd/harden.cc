// SPDX-License-Identifier: Apache-2.0
#include "cmd/harden.h"

#include <sys/prctl.h>
#include <sys/resource.h>

namespace hookplan {

void harden_process() {
  const rlimit none = {0, 0};
  static_cast<void>(::setrlimit(RLIMIT_CORE, &none));
#ifndef __SANITIZE_ADDRESS__  // the leak check at the end of such a build looks into its own memory
  static_cast<void>(::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0));
#endif
}

}  // namespace hookplan
