# SPDX-License-Identifier: Apache-2.0
# libFuzzer needs clang.
set(CMAKE_CXX_COMPILER clang++ CACHE STRING "")
set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "")
set(HOOKPLAN_SANITIZE "address,undefined,fuzzer-no-link" CACHE STRING "")
set(HOOKPLAN_FUZZ ON CACHE BOOL "")
