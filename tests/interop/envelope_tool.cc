// SPDX-License-Identifier: Apache-2.0
// Envelopes over any bytes, many at a time, so that other implementations can be compared with
// core/sign: the program itself signs nothing but plans. Payloads are files NAME.body, with their
// type in NAME.type; envelopes are files NAME.json.
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "core/base/file.h"
#include "core/sign/envelope.h"
#include "core/sign/private_key.h"
#include "core/sign/public_key.h"
#include "tests/generate/random_choice.h"
#include "tests/interop/random_payloads.h"

namespace hookplan::interop {
namespace {

namespace fs = std::filesystem;
using generate::below;

constexpr std::string_view kUsage =
    "envelope_tool payloads SEED NUMBER FOLDER   makes random payloads\n"
    "envelope_tool sign KEY PAYLOADS FOLDER      an envelope for each payload\n"
    "envelope_tool verify KEY ENVELOPES          prints `name ok` or `name bad` for each\n"
    "envelope_tool flip SEED ENVELOPES FOLDER    the same envelopes, in each one bit flipped\n"
    "envelope_tool pae TYPE FILE                 prints what is signed\n";

template <typename T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().first().message);
  return std::move(result).value();
}

std::string read(const fs::path& path) { return must(read_file(path, kMaxEnvelopeBytes)); }

// Not write_file(), which waits for the disk: these are thousands of files that nobody keeps.
void write(const fs::path& path, std::string_view bytes) {
  std::ofstream file(path, std::ios::binary);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  file.close();
  if (!file) throw std::runtime_error(fmt::format("cannot write {}", path.native()));
}

// The names of the files with that ending, in order.
std::set<std::string> names_in(const fs::path& folder, std::string_view ending) {
  std::set<std::string> names;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder))
    if (entry.path().extension() == ending) names.insert(entry.path().stem());
  return names;
}

void make_payloads(const std::string& seed, const std::string& number, const fs::path& folder) {
  std::mt19937_64 random(std::stoull(seed));
  for (int i = 0; i < std::stoi(number); ++i) {
    const std::string name = fmt::format("{:04}", i);
    const Payload payload = random_payload(random);
    write(folder / (name + ".type"), payload.type);
    write(folder / (name + ".body"), payload.bytes);
  }
}

void sign_all(const fs::path& key_file, const fs::path& payloads, const fs::path& envelopes) {
  const Secret pem = Secret::copy_of(read(key_file));
  const PrivateKey key = must(PrivateKey::from_pem(pem, Secret(), key_file.native()));
  for (const std::string& name : names_in(payloads, ".body")) {
    Envelope envelope;
    envelope.payload_type = read(payloads / (name + ".type"));
    envelope.payload = read(payloads / (name + ".body"));
    envelope.signatures.push_back({key.public_key().id(), key.sign(signed_bytes(envelope))});
    write(envelopes / (name + ".json"), to_json(envelope));
  }
}

bool verifies(const fs::path& file, const PublicKey& key) {
  const Result<Envelope> envelope = envelope_from_json(read(file), file.native());
  if (!envelope || envelope->signatures.size() != 1) return false;
  return key.verifies(signed_bytes(*envelope), envelope->signatures.front().bytes);
}

void verify_all(const fs::path& key_file, const fs::path& envelopes) {
  const PublicKey key = must(PublicKey::from_text(read(key_file), key_file.native()));
  for (const std::string& name : names_in(envelopes, ".json"))
    fmt::print("{} {}\n", name, verifies(envelopes / (name + ".json"), key) ? "ok" : "bad");
}

void flip_bit(std::string& bytes, std::size_t bits_of_a_byte, std::mt19937_64& random) {
  const std::size_t at = below(random, bytes.size());
  const std::size_t bit = below(random, bits_of_a_byte);
  bytes[at] = static_cast<char>(static_cast<unsigned char>(bytes[at]) ^ (1U << bit));
}

// Types are text: without the highest bit ASCII stays ASCII. Others keep theirs.
bool is_ascii(std::string_view text) {
  for (const char byte : text)
    if (static_cast<unsigned char>(byte) > 127) return false;
  return !text.empty();
}

void flip_all(const std::string& seed, const fs::path& envelopes, const fs::path& flipped) {
  std::mt19937_64 random(std::stoull(seed));
  for (const std::string& name : names_in(envelopes, ".json")) {
    const fs::path file = envelopes / (name + ".json");
    Envelope envelope = must(envelope_from_json(read(file), file.native()));
    const std::size_t where = below(random, 3);
    if (where == 0 && !envelope.payload.empty()) {
      flip_bit(envelope.payload, 8, random);
    } else if (where == 1 && is_ascii(envelope.payload_type)) {
      flip_bit(envelope.payload_type, 7, random);
    } else {
      flip_bit(envelope.signatures.front().bytes, 8, random);
    }
    write(flipped / (name + ".json"), to_json(envelope));
  }
}

int run(const std::vector<std::string>& words) {
  const std::string command = words.empty() ? "" : words.front();
  if (command == "payloads" && words.size() == 4) {
    make_payloads(words[1], words[2], words[3]);
  } else if (command == "sign" && words.size() == 4) {
    sign_all(words[1], words[2], words[3]);
  } else if (command == "verify" && words.size() == 3) {
    verify_all(words[1], words[2]);
  } else if (command == "flip" && words.size() == 4) {
    flip_all(words[1], words[2], words[3]);
  } else if (command == "pae" && words.size() == 3) {
    fmt::print("{}", signed_bytes(words[1], read(words[2])));
  } else {
    fmt::print(stderr, "{}", kUsage);
    return 64;
  }
  return std::fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

}  // namespace
}  // namespace hookplan::interop

int main(int count, char** arguments) {
  try {
    return hookplan::interop::run({arguments + 1, arguments + count});
  } catch (const std::exception& error) {
    fmt::print(stderr, "envelope_tool: {}\n", error.what());
    return EXIT_FAILURE;
  }
}
