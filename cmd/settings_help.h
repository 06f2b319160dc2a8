// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "core/config/plugin_type.h"

namespace hookplan {

// Every type that the settings may name, with its fields, for `hookplan help settings`.
std::string help_of_settings(const PluginTypes& types);

// "forges     manual": a line a kind, for `hookplan version`.
std::string served_types(const PluginTypes& types);

// The same with the version as JSON.
std::string version_json(std::string_view version, const PluginTypes& types);

}  // namespace hookplan
