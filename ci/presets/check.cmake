# SPDX-License-Identifier: Apache-2.0
# What CI tests: warnings are errors, the address and undefined sanitizers watch.
set(CMAKE_BUILD_TYPE Debug CACHE STRING "")
set(CMAKE_CXX_FLAGS_DEBUG "-O1 -g1" CACHE STRING "")
# With sanitizers the many expressions of a Catch2 test take gcc twice as long to optimize as to compile.
set(HOOKPLAN_TEST_FLAGS "-O0" CACHE STRING "")
# Sources of a library are compiled together, in a third of the time. So names that a source has to itself must
# differ within a library. The release build sees to it that each source includes what it needs.
set(CMAKE_UNITY_BUILD ON CACHE BOOL "")
set(CMAKE_EXPORT_COMPILE_COMMANDS ON CACHE BOOL "")
set(HOOKPLAN_WERROR ON CACHE BOOL "")
set(HOOKPLAN_SANITIZE "address,undefined" CACHE STRING "")
