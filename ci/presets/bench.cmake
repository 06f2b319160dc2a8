# SPDX-License-Identifier: Apache-2.0
# The release build with the programs that ci/bench runs.
set(CMAKE_BUILD_TYPE Release CACHE STRING "")
