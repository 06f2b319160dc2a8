# SPDX-License-Identifier: Apache-2.0
set(CMAKE_BUILD_TYPE Debug CACHE STRING "")
set(HOOKPLAN_WERROR ON CACHE BOOL "")
