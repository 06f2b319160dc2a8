// SPDX-License-Identifier: Apache-2.0
#include "cmd/hmac/hmac_log.h"

#include <array>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "cmd/interruption.h"
#include "cmd/view/diagnostic_text.h"
#include "core/base/json.h"
#include "core/base/text.h"

namespace hookplan {
namespace {

constexpr std::string_view kComponent = "hmac";

// As logrus has them.
std::string_view level_of(Severity severity) {
  switch (severity) {
    case Severity::error: return "error";
    case Severity::warning: return "warning";
    case Severity::notice: return "info";
  }
  throw std::logic_error("no such severity");
}

bool changes_something(Step step) {
  switch (step) {
    case Step::accept_invitation:
    case Step::store_token:
    case Step::point_hook:
    case Step::delete_hook:
    case Step::drop_tokens: return true;
    case Step::take_lease:
    case Step::await_receiver:
    case Step::check_name:
    case Step::prove_delivery:
    case Step::record: return false;
  }
  throw std::logic_error("no such step");
}

}  // namespace

std::string log_line(Instant at, std::string_view level, std::string_view message,
                     const Diagnostic* about, const StepEvent* step) {
  const std::string entry = step != nullptr ? step->entry : about != nullptr ? about->entry : "";
  // In the order of their names, as the writer wants it.
  const std::array<std::pair<std::string_view, std::string>, 10> fields = {{
      {"code", about == nullptr ? "" : to_string(about->code)},
      {"component", std::string(kComponent)},
      {"entry", printable(entry)},
      {"hint", about == nullptr ? "" : printable(about->hint)},
      {"level", std::string(level)},
      {"msg", printable(message)},
      {"place", about == nullptr ? "" : printable(place_of(about->where))},
      {"severity", std::string(level)},
      {"step", step == nullptr ? "" : std::string(to_string(step->step))},
      {"time", to_rfc3339(at)},
  }};
  JsonWriter json;
  json.begin_object();
  for (const auto& [name, value] : fields) {
    if (!value.empty()) json.key(name).string(value);
  }
  json.end_object();
  return json.take() + "\n";
}

void HmacLog::info(std::string_view message) const {
  console_.complain(log_line(wall_clock(), "info", message, nullptr, nullptr));
}

void HmacLog::say(const Diagnostic& diagnostic) const {
  console_.complain(log_line(wall_clock(), level_of(diagnostic.severity), diagnostic.message,
                             &diagnostic, nullptr));
}

void HmacLog::say(const Error& error) const {
  for (const Diagnostic& diagnostic : error.diagnostics) say(diagnostic);
}

void HmacLog::run_started(std::size_t entries) {
  if (entries > 0) info("at work on " + counted(entries, "entry", "entries"));
}

void HmacLog::step(const StepEvent& event) {
  if (event.state == StepState::started) {
    set_work(fmt::format("{} {}", to_string(event.step), printable(event.entry)));
  } else if (event.state == StepState::failed && event.error != nullptr) {
    const Diagnostic& why = event.error->first();
    console_.complain(log_line(wall_clock(), "warning", why.message, &why, &event));
  } else if (event.state == StepState::done && changes_something(event.step)) {
    const std::string what = fmt::format("done: {}{}{}", to_string(event.step),
                                         event.entry.empty() ? "" : " of ", event.entry);
    console_.complain(log_line(wall_clock(), "info", what, nullptr, &event));
  }
}

void HmacLog::held_up(std::string_view why) {
  console_.complain(log_line(wall_clock(), "warning", why, nullptr, nullptr));
}

}  // namespace hookplan
