// SPDX-License-Identifier: Apache-2.0
// TRY is several statements. Below an `if` or a loop without braces only the first of them would be
// conditional, so that must not compile; TRY_VOID is one and may stand there.
#include "core/base/result.h"

namespace hookplan {

Result<int> ask();
Result<void> act();

Result<int> use(bool is_asked) {
  int number = 0;
#if defined(GIVE_BRACES)
  if (is_asked) {
    TRY(number, ask());
  }
#elif defined(GIVE_VOID)
  if (is_asked)
    TRY_VOID(act());
  else
    return 1;
#elif defined(GIVE_IF)
  if (is_asked) TRY(number, ask());
#elif defined(GIVE_LOOP)
  while (is_asked) TRY(number, ask());
#elif defined(GIVE_ELSE)
  if (is_asked)
    return 1;
  else
    TRY(number, ask());
#endif
  return number;
}

}  // namespace hookplan
