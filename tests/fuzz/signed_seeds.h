// SPDX-License-Identifier: Apache-2.0
// Written by make_signed_seeds.py.
#pragma once

#include <array>
#include <string_view>

#include "core/base/instant.h"

namespace hookplan::seeds {

// When the seeds are judged.
constexpr Instant kNow{1795321159, 0};

constexpr std::string_view kSettings = R"(version: 1
policy:
  keys:
    planner:
      pem: |
        -----BEGIN PUBLIC KEY-----
        MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEJchn/riwhMLAEV8j0JnkTpwMdPr+
        3IN6sN34Xru4a+xSxg0o6lFWx00F1boLPqQhgu82bLtF+CKJp5JU0dCnWQ==
        -----END PUBLIC KEY-----
    alice:
      pem: |
        -----BEGIN PUBLIC KEY-----
        MCowBQYDK2VwAyEAjK7yTXdvE98yWgeqQooPVxgUV0Glb2uHX4MFm9rbT9c=
        -----END PUBLIC KEY-----
    bob:
      ssh: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFt9pIqFGXpGO2hocjPOpZJ68R+gG/l1fEmAPiYhdwr+"
    bob_again:
      owner: bob
      ssh: "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBIhjL4fH\
        NJYtMtZJxFbn0WPcv1xcpD7kLLE5vr023MFp9e1+O3LrDm1OWbEkjYvpYu6kguSBpDlph0QCNdSam6Y="
  roles:
    planner: {keys: [planner]}
    approver: {keys: [alice, bob, bob_again]}
  rules:
    - {if: {kind: remove}, require: {approver: 2}}
  validity: {longest: 31d}
  allow: {paths: [config.yaml], branches: [main]}
)";

// What the keys of the policy signed: a rotation, a removal, and a rotation that is over.
constexpr std::array<std::string_view, 3> kSigned = {
    "sha256:e932b1f6ecaaf8b2bd658b1d57e6a2d5f812e6cd80af6dd66662871d12852ff5",
    "sha256:f87abe456b3befff5452a59aa2c29c04f6d2a09d154303f2e02bd6edc4389198",
    "sha256:2dccc0f0b5e1b170437d1cbb4850bcbd7245e43e8f2b3546d02ca5e3e62a5d30",
};

// SHA-256 of the seeds that must be verified.
constexpr std::array<std::string_view, 5> kGood = {
    "398d10bc4bcf8ee27299cb906edd98952ad85c24a96da2b2c8e454ee3f5ca7d6",
    "10655fc3e60100540dba96f3ba71b5ef5a9a33c93dad5aa36c9ded6ad3b259fe",
    "22f33749af77603011c0b827f140ef54a394a6b9020e0f03c43350c00f5fc496",
    "9a364d989517ce4e758a2e28a94d27cedd8839d4092c4a37d219f133670ffd3e",
    "aeb37b3ef694486849e1cb3d02f6fdec8aba99267876a1df58afaeeb357647d8",
};

}  // namespace hookplan::seeds
