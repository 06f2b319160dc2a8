// SPDX-License-Identifier: Apache-2.0
#include "cmd/review_place.h"

#include <cstdlib>
#include <utility>

#include "core/base/secret_source.h"
#include "core/base/text.h"
#include "core/config/entry_name.h"
#include "core/config/settings_fields.h"

namespace hookplan {
namespace {

Result<std::string> review_repository_of(const CommandLine& line, std::string_view option) {
  const std::string name = line.get(option, environment_variable("GITHUB_REPOSITORY"));
  if (name.empty())
    return fail(Code::review_place_unknown, "{} needs --{}", line.command->name, option);
  if (!name_problem(name).empty() || scope_of(name) != Scope::repo)
    return fail(Code::bad_option_value, "--{} cannot be {}", option, excerpt(name))
        .hint("OWNER/REPO, such as acme/config");
  return name;
}

}  // namespace

std::string environment_variable(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

Result<ReviewPlace> review_place_of(const CommandLine& line, const ReviewOptions& options) {
  TRY(std::string repository, review_repository_of(line, options.repository));
  TRY(const SecretSource token,
      secret_source("--" + std::string(options.token), line.get(options.token)));
  const std::string api = line.get(options.api, environment_variable("GITHUB_API_URL"));
  if (const std::string problem = url_problem(api); !api.empty() && !problem.empty())
    return fail(Code::bad_option_value, "--{} cannot be used: {}", options.api, problem);
  return ReviewPlace{api, std::move(repository), token};
}

}  // namespace hookplan
