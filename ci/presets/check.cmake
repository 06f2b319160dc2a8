# SPDX-License-Identifier: Apache-2.0
# What CI tests: warnings are errors, the address and undefined sanitizers watch.
set(CMAKE_BUILD_TYPE Debug CACHE STRING "")
# Not position independent: the suite starts the program some thousand times, and each start would have 590,000
# addresses to fill in (38 ms a start instead of 25).
set(CMAKE_CXX_FLAGS_DEBUG "-O1 -g1 -fno-pie" CACHE STRING "")
set(CMAKE_EXE_LINKER_FLAGS "-no-pie" CACHE STRING "")
# With sanitizers the many expressions of a Catch2 test take gcc twice as long to optimize as to compile.
set(HOOKPLAN_TEST_FLAGS "-O0" CACHE STRING "")
# Sources of a library are compiled together, in a third of the time. So names that a source has to itself must
# differ within a library. The debug build compiles each alone, and so sees whether it includes what it needs.
set(CMAKE_UNITY_BUILD ON CACHE BOOL "")
set(CMAKE_EXPORT_COMPILE_COMMANDS ON CACHE BOOL "")
set(HOOKPLAN_WERROR ON CACHE BOOL "")
set(HOOKPLAN_SANITIZE "address,undefined" CACHE STRING "")
# A check at each use of a pointer, which is 40 % of the time to compile: the address sanitizer stops at what is
# behind a null or wild pointer anyway. The fuzz build has them.
set(HOOKPLAN_SANITIZE_NOT "null,alignment,object-size" CACHE STRING "")
