# SPDX-License-Identifier: Apache-2.0

# hookplan_module(NAME SOURCES files LINK what users of the headers need PRIVATE_LINK the rest)
function(hookplan_module name)
  cmake_parse_arguments(PARSE_ARGV 1 module "" "" "SOURCES;LINK;PRIVATE_LINK")
  add_library(hookplan_${name} STATIC ${module_SOURCES})
  target_link_libraries(hookplan_${name}
    PUBLIC ${module_LINK}
    PRIVATE hookplan_settings ${module_PRIVATE_LINK})
endfunction()

# hookplan_test(NAME SOURCES files LINK modules): a Catch2 program, each of its cases a test of ctest. OPTIMIZED: it
# spends its time in its own code, not in being compiled.
function(hookplan_test name)
  cmake_parse_arguments(PARSE_ARGV 1 test "OPTIMIZED" "" "SOURCES;LINK;PROPERTIES")
  add_executable(${name} ${test_SOURCES})
  if(NOT test_OPTIMIZED)
    target_compile_options(${name} PRIVATE ${HOOKPLAN_TEST_FLAGS})
  endif()
  target_link_libraries(${name} PRIVATE hookplan_settings catch_main ${test_LINK})
  catch_discover_tests(${name} TEST_PREFIX "${name}: " PROPERTIES TIMEOUT 300
                       SKIP_REGULAR_EXPRESSION "skipped: " ${test_PROPERTIES})
endfunction()
