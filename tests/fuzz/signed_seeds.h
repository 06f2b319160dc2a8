// SPDX-License-Identifier: Apache-2.0
// Written by make_signed_seeds.py.
#pragma once

#include <array>
#include <string_view>

#include "core/config/instant.h"

namespace hookplan::seeds {

// When the seeds are judged.
constexpr Instant kNow{1795318253, 0};

constexpr std::string_view kSettings = R"(version: 1
policy:
  keys:
    planner:
      pem: |
        -----BEGIN PUBLIC KEY-----
        MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEIPCB47GruciPvt3ftUw80SHQzt3J
        v3+xZIUu4uBigz3FiYMaM0mKnyhSaRkwcRVyvuP6gG9p4EYj5zQSoyCWUw==
        -----END PUBLIC KEY-----
    alice:
      pem: |
        -----BEGIN PUBLIC KEY-----
        MCowBQYDK2VwAyEAu2s2w5gQzqYFeU5d1ED9qJNcXL8Iz4kvozD6aSba9mA=
        -----END PUBLIC KEY-----
    bob:
      ssh: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDRQ2J0uQcwGlWiJWkmi2efH1OzLkwp5mxvkdxmsISaP"
    bob_again:
      owner: bob
      ssh: "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBHiNYJxf\
        Xmmuynx+IB2Efcs3qlC3afVwP5UeEBVGXoYY5/7/NveN+vC2pCNT51269yVh+TprpMh/Hyjfkdv5VQU="
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
    "sha256:dfcf54b647e66217cadbedc83095c85a905068d19e7051f8977c7dd3e72c0975",
    "sha256:38793b7f195ca79adf00b810914334447fdfc9ea3212e9028a677f2b998911ad",
    "sha256:d28333298a1d5eaf92da8176cbaf2249d447afa71be1a0409df602fd3bdedb4a",
};

// SHA-256 of the seeds that must be verified.
constexpr std::array<std::string_view, 5> kGood = {
    "46c3f129af1061551be6adec92270f52acf7a4f189ae5275b903554f7cce4098",
    "c635fd14f829a398556c62c9680267ebf74861c5b94afc21a993867d1ac351ab",
    "ae881650765e78b38012a6b40ab77de241a7a81bc6295f00bcf86f144a4d6d0e",
    "c4b54dcb3908f0b28d83f326cc1080d3422c98a39fa0a115ebff6d4d881f6964",
    "f856c39d7f6cd8385b9f882bd4c17de4774ed0f5cda277eeae1958d11e1a6147",
};

}  // namespace hookplan::seeds
