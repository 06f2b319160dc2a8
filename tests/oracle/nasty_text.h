// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <random>
#include <string>

namespace hookplan::oracle {

// The text after a few edits that YAML readers like to disagree about: tabs, stray markers, quotes,
// brackets, odd line breaks, lines moved, doubled or cut.
std::string made_nasty(std::string text, std::mt19937_64& random);

// A short document put together from such pieces, mostly around managed_webhooks.
std::string nasty_document(std::mt19937_64& random);

}  // namespace hookplan::oracle
