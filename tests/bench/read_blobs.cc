// SPDX-License-Identifier: Apache-2.0
// The floor: what no plan can do without. Opens the repository, resolves both revisions, reads both
// blobs and compares their bytes.
#include <cstdio>
#include <cstring>

#include "core/git/git_repository.h"

int main(int count, char** arguments) {
  using namespace hookplan;
  if (count != 5) return 64;
  constexpr std::size_t kMax = std::size_t{1} << 30;
  GitRepository::hash_objects(false);  // git does not hash what it reads, either
  const auto repository = GitRepository::open(arguments[1]);
  if (!repository) return 1;
  const auto base = repository->commit(arguments[2]);
  const auto head = repository->commit(arguments[3]);
  if (!base || !head) return 1;
  const auto old_id = repository->blob_id(*base, arguments[4]);
  const auto new_id = repository->blob_id(*head, arguments[4]);
  if (!old_id || !new_id || !*old_id || !*new_id) return 1;
  const auto before = repository->content(**old_id, kMax, "the old file");
  const auto after = repository->content(**new_id, kMax, "the new file");
  if (!before || !after) return 1;
  const bool same = before->bytes == after->bytes;
  return std::printf("%s\n", same ? "same" : "different") < 0 ? 1 : 0;
}
