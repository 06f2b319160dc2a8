# SPDX-License-Identifier: Apache-2.0
# Language level, warnings and sanitizers: an interface target that every target of ours links privately.
set(HOOKPLAN_SANITIZE "" CACHE STRING "Sanitizers, such as address,undefined")
set(HOOKPLAN_SANITIZE_NOT "" CACHE STRING "Checks of those sanitizers that are left out, such as null,alignment")
option(HOOKPLAN_WERROR "Treat warnings as errors" OFF)
set(HOOKPLAN_TEST_FLAGS "" CACHE STRING "Flags for the sources of test programs, after those of the build type")

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()

add_library(hookplan_settings INTERFACE)
target_compile_features(hookplan_settings INTERFACE cxx_std_20)
target_compile_options(hookplan_settings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Woverloaded-virtual -Wswitch-enum
  $<$<BOOL:${HOOKPLAN_WERROR}>:-Werror>)
target_include_directories(hookplan_settings INTERFACE "${PROJECT_SOURCE_DIR}")
# RapidJSON adds 0 to null pointers, which clang's pointer-overflow check reports.
if(HOOKPLAN_SANITIZE)
  target_compile_options(hookplan_settings INTERFACE
    -fsanitize=${HOOKPLAN_SANITIZE} -fno-sanitize=pointer-overflow -fno-sanitize-recover=all -fno-omit-frame-pointer)
  if(HOOKPLAN_SANITIZE_NOT)
    target_compile_options(hookplan_settings INTERFACE -fno-sanitize=${HOOKPLAN_SANITIZE_NOT})
  endif()
  target_link_options(hookplan_settings INTERFACE -fsanitize=${HOOKPLAN_SANITIZE})
elseif(CMAKE_BUILD_TYPE STREQUAL "Release")
  # GCC 12 warns of an overlap inside std::string that cannot be (GCC bug 105651).
  target_compile_options(hookplan_settings INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>
                         -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2
                         -fstack-protector-strong)
endif()
option(HOOKPLAN_FUZZ "Build the fuzz targets for libFuzzer; needs clang" OFF)
