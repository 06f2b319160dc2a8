// SPDX-License-Identifier: Apache-2.0
// read_config(), which reads plain entries without a YAML reader, against the YAML readers alone,
// on random configs. HOOKPLAN_DIFFERENTIAL_CONFIGS is how many of them the plain form must have
// helped with, HOOKPLAN_DIFFERENTIAL_SEED where they begin.
#include <cstdlib>
#include <memory>
#include <random>
#include <string>
#include <string_view>

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "core/base/diagnostic_json.h"
#include "core/base/json.h"
#include "core/config/read_config.h"
#include "tests/differential/random_config.h"

namespace hookplan {
namespace {

std::string in_words(const std::vector<Diagnostic>& diagnostics) {
  JsonWriter json;
  write_diagnostics(json, diagnostics);
  return json.take();
}

std::string in_words(const LineRange& lines) {
  return fmt::format("{}-{}", lines.line, lines.end_line);
}

std::string in_words(const Flag& flag) {
  return fmt::format("{} {}", flag.value, in_words(flag.lines));
}

// Everything that a reading says.
std::string in_words(const Result<Snapshot>& result) {
  if (!result) {
    return fmt::format("error {} {}", static_cast<int>(result.error().kind),
                       in_words(result.error().diagnostics));
  }
  const Snapshot& snapshot = *result;
  std::string text =
      fmt::format("{} {} {} {} {}", static_cast<int>(snapshot.state), in_words(snapshot.section),
                  in_words(snapshot.respect_legacy_global_token),
                  in_words(snapshot.auto_accept_invitation), in_words(snapshot.diagnostics));
  for (const Entry& entry : snapshot.entries) {
    text += fmt::format("\n{} {} {}", entry.name, to_rfc3339(entry.token_created_after),
                        in_words(entry.lines));
  }
  return text;
}

std::size_t number_from_environment(const char* name, std::size_t otherwise) {
  const char* const text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

}  // namespace

TEST_CASE("plain entries are read as the YAML readers read them") {
  const std::size_t wanted = number_from_environment("HOOKPLAN_DIFFERENTIAL_CONFIGS", 1500);
  std::mt19937_64 random(number_from_environment("HOOKPLAN_DIFFERENTIAL_SEED", 17));
  std::size_t made = 0;
  std::size_t helped = 0;
  std::size_t entries = 0;
  std::size_t lines = 0;
  std::size_t refused = 0;
  for (; helped < wanted; ++made) {
    const std::string text = differential::random_config(random);
    // As long as the text and no longer, so that a sanitizer sees a look behind its end.
    const std::unique_ptr<char[]> exact(new char[text.size()]);
    std::copy(text.begin(), text.end(), exact.get());
    ScanNotes notes;
    const std::string_view bytes(exact.get(), text.size());
    const Reading reading = made % 2 == 0 ? Reading::present : Reading::past;
    const Result<Snapshot> fast = reading == Reading::present
                                      ? read_config(bytes, "c.yaml", &notes)
                                      : read_past_config(bytes, "c.yaml", &notes);
    if (notes.plain_entries + notes.plain_lines == 0) continue;
    ++helped;
    entries += notes.plain_entries;
    lines += notes.plain_lines;
    if (!fast) ++refused;
    const Result<Snapshot> reference = read_config_by_reference(reading, text, "c.yaml");
    if (in_words(fast) == in_words(reference)) continue;
    FAIL("config " << made << ":\n"
                   << text << "\nfast: " << in_words(fast)
                   << "\nreference: " << in_words(reference));
  }
  WARN(
      fmt::format("{} configs, {} with {} plain entries and {} other plain lines, {} of these "
                  "refused",
                  made, helped, entries, lines, refused));
  CHECK(refused > wanted / 100);
}

}  // namespace hookplan
