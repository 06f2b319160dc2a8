// SPDX-License-Identifier: Apache-2.0
// What libgit2 would start for other machines, and hookplan never uses: it reads objects on disk.
//
// This is a trick of the linker, taken for its price. Starting the shared libgit2 of Debian 12
// takes 63 million instructions, 53 million of them to parse all certificates of the machine, and
// loads 17 libraries (mbed TLS, libssh2, Kerberos). A plan of ten entries needs less than one
// million. There is no option to leave that out: it is decided when libgit2 is built. So libgit2 is
// linked statically, and its doors to the network lead here (`--wrap` in ci/cmake/Libgit2.cmake).
// Each of them refuses, as in a libgit2 that was built without. What is not referenced is not
// linked. Where there is no static libgit2, the shared one is used as it is, and only the start is
// slower.

namespace {
constexpr int kNotBuiltIn = -1;
}  // namespace

// NOLINTBEGIN(bugprone-reserved-identifier,readability-identifier-naming): names of the linker
extern "C" {

// Called by git_libgit2_init(): nothing to prepare.
int __wrap_git_mbedtls_stream_global_init() { return 0; }
int __wrap_git_transport_ssh_global_init() { return 0; }

int __wrap_git_mbedtls__set_cert_location(const char* /*file*/, const char* /*folder*/) {
  return kNotBuiltIn;
}
int __wrap_git_mbedtls_stream_new(void** /*out*/, const char* /*host*/, const char* /*port*/) {
  return kNotBuiltIn;
}
int __wrap_git_mbedtls_stream_wrap(void** /*out*/, void* /*stream*/, const char* /*host*/) {
  return kNotBuiltIn;
}
int __wrap_git_smart_subtransport_http(void** /*out*/, void* /*owner*/, void* /*payload*/) {
  return kNotBuiltIn;
}
int __wrap_git_smart_subtransport_ssh(void** /*out*/, void* /*owner*/, void* /*payload*/) {
  return kNotBuiltIn;
}
int __wrap_git_smart_subtransport_git(void** /*out*/, void* /*owner*/, void* /*payload*/) {
  return kNotBuiltIn;
}
int __wrap_git_transport_ssh_with_paths(void** /*out*/, void* /*owner*/, void* /*payload*/) {
  return kNotBuiltIn;
}
bool git_http__expect_continue = false;

}  // extern "C"
// NOLINTEND(bugprone-reserved-identifier,readability-identifier-naming)
