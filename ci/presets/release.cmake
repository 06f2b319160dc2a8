# SPDX-License-Identifier: Apache-2.0
set(CMAKE_BUILD_TYPE Release CACHE STRING "")
set(HOOKPLAN_TESTS OFF CACHE BOOL "")
