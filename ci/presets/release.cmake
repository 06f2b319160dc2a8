# SPDX-License-Identifier: Apache-2.0
set(CMAKE_BUILD_TYPE Release CACHE STRING "")
set(HOOKPLAN_TESTS OFF CACHE BOOL "")
# In half of the time: see check.cmake.
set(CMAKE_UNITY_BUILD ON CACHE BOOL "")
