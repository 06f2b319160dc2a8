// SPDX-License-Identifier: Apache-2.0
#include "cmd/hmac/go_flags.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "core/base/text.h"

namespace hookplan {
namespace {

constexpr std::string_view kHelp = "see hookplan help hmac";

const OptionSpec* find_flag(const CommandSpec& command, std::string_view name) {
  for (const auto options : {command.options, common_options()}) {
    const auto found = std::ranges::find(options, name, &OptionSpec::name);
    if (found != options.end()) return &*found;
  }
  return nullptr;
}

Error unknown_flag(const CommandSpec& command, std::string_view name) {
  constexpr std::size_t kMaxName = 40;
  std::vector<std::string_view> names;
  for (const OptionSpec& option : command.options) names.push_back(option.name);
  const std::string_view near = nearest(name, names);
  return fail(Code::unknown_option, "{} has no flag --{}", command.name,
              excerpt(name.substr(0, kMaxName)))
      .hint(near.empty() ? std::string(kHelp) : fmt::format("did you mean --{}? {}", near, kHelp));
}

// A word where a flag should be. It is repeated only where it explains what went wrong.
Error stray_word(const CommandSpec& command, std::string_view word, std::string_view before) {
  if (!before.empty() && go_boolean(word)) {
    return fail(Code::stray_word, "--{} {} is not a flag with a value", before, word)
        .hint("write --{}={}", before, word);
  }
  return fail(Code::stray_word, "{} takes flags only, and there is a word that is none",
              command.name)
      .hint(before.empty() ? std::string(kHelp)
                           : fmt::format("it stands behind --{}; {}", before, kHelp));
}

Result<void> check_value(const OptionSpec& flag, const std::string& value) {
  if (!flag.choices.empty() && std::ranges::find(flag.choices, value) == flag.choices.end()) {
    return fail(Code::bad_option_value, "--{} cannot be {}", flag.name, excerpt(value))
        .hint("one of {}", fmt::join(flag.choices, ", "));
  }
  return {};
}

void put(CommandLine& line, const OptionSpec& flag, std::string value) {
  if (flag.is_repeatable) line.lists[std::string(flag.name)].push_back(value);
  line.values[std::string(flag.name)] = std::move(value);
}

// A flag as it is written: name, and the value behind `=`.
struct Written {
  std::string name = {};
  std::optional<std::string> value = {};
};

bool is_flag(std::string_view word) { return word.size() > 1 && word.front() == '-'; }

// REQUIRES: is_flag(word).
Result<Written> flag_in(const CommandSpec& command, const std::string& word) {
  const std::string_view text = std::string_view(word).substr(word.starts_with("--") ? 2 : 1);
  if (text.empty() || text.front() == '-' || text.front() == '=')
    return fail(Code::unknown_option, "{} has a flag without a name", command.name)
        .hint("{}", kHelp);
  const std::size_t equals = text.find('=');
  Written written{std::string(text.substr(0, equals)), {}};
  if (equals != std::string_view::npos) written.value = std::string(text.substr(equals + 1));
  return written;
}

Result<std::string> boolean_of(const Written& written) {
  if (!written.value) return std::string("true");
  const auto value = go_boolean(*written.value);
  if (value) return std::string(*value ? "true" : "false");
  return fail(Code::bad_option_value, "--{} cannot be {}", written.name, excerpt(*written.value))
      .hint("true or false");
}

struct Unit {
  std::string_view name;
  std::int64_t nanoseconds;
};
// Longer names first, so that `ms` is not taken for minutes.
constexpr std::array<Unit, 8> kUnits = {{{"ns", 1},
                                         {"us", 1'000},
                                         {"\xC2\xB5s", 1'000},
                                         {"\xCE\xBCs", 1'000},
                                         {"ms", 1'000'000},
                                         {"s", 1'000'000'000},
                                         {"m", 60'000'000'000},
                                         {"h", 3'600'000'000'000}}};

// Takes one number with its unit from the front of the text, in nanoseconds.
std::optional<double> take_part(std::string_view& text) {
  const std::size_t digits = std::min(text.find_first_not_of("0123456789."), text.size());
  const std::string_view number = text.substr(0, digits);
  const std::size_t dot = number.find('.');
  const bool has_digit = number.find_first_of("0123456789") != std::string_view::npos;
  if (!has_digit ||
      (dot != std::string_view::npos && number.find('.', dot + 1) != std::string_view::npos))
    return std::nullopt;
  double value = 0;
  double scale = 1;
  for (const char c : number) {
    if (c == '.') {
      scale = 0.1;
    } else if (scale < 1) {
      value += (c - '0') * scale;
      scale /= 10;
    } else {
      value = value * 10 + (c - '0');
    }
  }
  text.remove_prefix(digits);
  for (const Unit& unit : kUnits) {
    if (!text.starts_with(unit.name)) continue;
    text.remove_prefix(unit.name.size());
    return value * static_cast<double>(unit.nanoseconds);
  }
  return std::nullopt;
}

}  // namespace

std::optional<bool> go_boolean(std::string_view text) {
  for (const std::string_view yes : {"1", "t", "T", "true", "TRUE", "True"}) {
    if (text == yes) return true;
  }
  for (const std::string_view no : {"0", "f", "F", "false", "FALSE", "False"}) {
    if (text == no) return false;
  }
  return std::nullopt;
}

std::optional<std::chrono::nanoseconds> go_duration(std::string_view text) {
  const bool is_negative = text.starts_with('-');
  if (is_negative || text.starts_with('+')) text.remove_prefix(1);
  if (text == "0") return std::chrono::nanoseconds(0);
  if (text.empty()) return std::nullopt;
  double total = 0;
  while (!text.empty()) {
    const auto part = take_part(text);
    if (!part) return std::nullopt;
    total += *part;
  }
  constexpr double kMax = static_cast<double>(std::numeric_limits<std::int64_t>::max()) / 2;
  if (total > kMax) return std::nullopt;
  return std::chrono::nanoseconds(static_cast<std::int64_t>(is_negative ? -total : total));
}

Result<CommandLine> parse_go_flags(const CommandSpec& command,
                                   const std::vector<std::string>& arguments) {
  CommandLine line;
  line.command = &command;
  std::string before;  // the flag before, if it was a boolean alone
  for (std::size_t at = 0; at < arguments.size(); ++at) {
    if (!is_flag(arguments[at])) return stray_word(command, arguments[at], before);
    TRY(const Written written, flag_in(command, arguments[at]));
    if (written.name == "h" || written.name == "help") {
      line.values["help"] = "";
      return line;
    }
    const OptionSpec* const flag = find_flag(command, written.name);
    if (flag == nullptr) return unknown_flag(command, written.name);
    std::string value;
    if (flag->value.empty()) {
      TRY(value, boolean_of(written));
    } else if (written.value) {
      value = *written.value;
    } else if (at + 1 < arguments.size()) {
      value = arguments[++at];
    } else {
      return fail(Code::bad_option_value, "--{} needs a value", flag->name).hint("{}", kHelp);
    }
    TRY_VOID(check_value(*flag, value));
    put(line, *flag, std::move(value));
    before = written.name;
  }
  return line;
}

}  // namespace hookplan
