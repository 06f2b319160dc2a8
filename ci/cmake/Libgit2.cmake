# SPDX-License-Identifier: Apache-2.0
# hookplan_libgit2: libgit2 without its network where it is there as a static library, or else as it is.
# Why: core/git/offline.cc.
pkg_check_modules(libgit2 REQUIRED IMPORTED_TARGET libgit2>=1.5)
add_library(hookplan_libgit2 INTERFACE)
target_include_directories(hookplan_libgit2 SYSTEM INTERFACE ${libgit2_INCLUDE_DIRS})
set(archives "")
foreach(name IN ITEMS git2 mbedcrypto pcre2-8 http_parser z)
  find_library(HOOKPLAN_ARCHIVE_${name} lib${name}.a)
  mark_as_advanced(HOOKPLAN_ARCHIVE_${name})
  list(APPEND archives "${HOOKPLAN_ARCHIVE_${name}}")
endforeach()
# The doors are those of 1.5, with mbed TLS: other builds have others.
if(archives MATCHES "NOTFOUND" OR NOT libgit2_VERSION MATCHES "^1\\.5\\.")
  message(STATUS "libgit2 is linked as a shared library: hookplan starts slower")
  target_link_libraries(hookplan_libgit2 INTERFACE PkgConfig::libgit2)
  return()
endif()
add_library(hookplan_offline STATIC git/offline.cc)
target_link_libraries(hookplan_offline PRIVATE hookplan_settings)
list(POP_FRONT archives git2)
# The one door that is a variable is ours because we are first: ld 2.40 crashes when it wraps one.
target_link_options(hookplan_libgit2 INTERFACE "LINKER:--undefined=git_http__expect_continue")
target_link_libraries(hookplan_libgit2 INTERFACE hookplan_offline "${git2}" ${archives})
foreach(door IN ITEMS git_mbedtls__set_cert_location git_mbedtls_stream_global_init
                      git_mbedtls_stream_new git_mbedtls_stream_wrap git_smart_subtransport_git git_smart_subtransport_http
                      git_smart_subtransport_ssh git_transport_ssh_global_init git_transport_ssh_with_paths)
  target_link_options(hookplan_libgit2 INTERFACE "LINKER:--wrap=${door}")
endforeach()
