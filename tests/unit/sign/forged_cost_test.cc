// SPDX-License-Identifier: Apache-2.0
// Who sends a plan chooses how long it is and how many signatures it carries, and must not choose
// how long we work.
#include <ctime>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "core/sign/judge_signatures.h"
#include "core/sign/private_key.h"
#include "tests/fixtures/plans.h"

namespace hookplan {
namespace {

constexpr std::size_t kManyKeys = 100;

Policy policy_of_many(KeyType type, const PublicKey& last) {
  Policy policy;
  for (std::size_t i = 0; i + 1 < kManyKeys; ++i) {
    PolicyKey about;
    about.name = "key" + std::to_string(i);
    policy.keys.push_back({PrivateKey::generate(type).public_key(), about});
  }
  PolicyKey about;
  about.name = "last";
  policy.keys.push_back({last, about});
  return policy;
}

// `size` bytes with 15 signatures of strangers and one of `key`, which says so only if asked to.
Envelope crowded(std::size_t size, const PrivateKey& key, bool names_key) {
  Envelope envelope;
  envelope.payload_type = std::string(kPayloadType);
  envelope.payload = std::string(size, 'x');
  const PrivateKey stranger = PrivateKey::generate(KeyType::ed25519);
  const std::string forged = stranger.sign("something else");
  for (std::size_t i = 0; i + 1 < kMaxSignatures; ++i) envelope.signatures.push_back({"", forged});
  envelope.signatures.push_back(
      {names_key ? key.public_key().id() : "", key.sign(signed_bytes(envelope))});
  return envelope;
}

// Of the processor, so that whatever else the machine does counts for nothing.
double seconds_of(const Envelope& envelope, const Policy& policy, std::vector<Signer>& signers) {
  const std::clock_t begin = std::clock();
  signers = find_signers(envelope, policy, fixtures::kNow);
  return static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
}

TEST_CASE("the most expensive envelope is judged in little time, and nobody's signature is lost") {
  for (const KeyType type : {KeyType::ed25519, KeyType::p256}) {
    const PrivateKey key = PrivateKey::generate(type);
    const Policy policy = policy_of_many(type, key.public_key());
    std::vector<Signer> signers;
    CHECK(seconds_of(crowded(kMaxPayloadBytes, key, true), policy, signers) < 2);
    CHECK(signers.back().key == &policy.keys.back());
    // Without its name the key is found where finding it costs little, and that is said elsewhere.
    CHECK(seconds_of(crowded(kMaxPayloadBytes, key, false), policy, signers) < 2);
    CHECK((signers.back().key == &policy.keys.back()) == (type == KeyType::p256));
    CHECK((signers.front().why.find("not every key was tried") != std::string::npos) ==
          (type == KeyType::ed25519));
    CHECK(seconds_of(crowded(100'000, key, false), policy, signers) < 2);
    CHECK(signers.back().key == &policy.keys.back());
  }
}

}  // namespace
}  // namespace hookplan
