// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/git/opened_repository.h"

namespace hookplan {

// The id of a commit on top of `parent` that holds, beside what `parent` holds, the files of the
// work tree as `git add` would take them: YAML files and those of `paths`. It is only in the memory
// of `opened`, which finds it like any other; nothing is written. HP3019 where there is no work
// tree.
Result<std::string> commit_work_tree(const OpenedRepository& opened, const std::string& parent,
                                     const std::vector<std::string>& paths, std::size_t most_bytes);

// The id that the content of the file in the work tree would have; empty if it is not there as a
// regular file of at most that size, or there is no work tree.
std::string work_tree_blob(const OpenedRepository& opened, std::string_view path,
                           std::size_t most_bytes);

}  // namespace hookplan
