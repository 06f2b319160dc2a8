// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "cmd/help.h"

namespace hookplan {
namespace {

struct Word {
  std::string_view word;
  std::string_view meaning;
};

// As the README has them; e2e.readme compares.
constexpr auto kGlossary = std::to_array<Word>({
    {"entry", "a repository or organization that `managed_webhooks` lists"},
    {"token", "the shared HMAC secret of an entry; its hook signs with it, the receiver checks it"},
    {"forge", "where hooks are set, such as GitHub"},
    {"receiver", "who gets the deliveries, such as Prow's `hook`"},
    {"store", "where the receiver's tokens are: a file, a Secret, Vault, ..."},
    {"route", "which forge, receiver and store an entry has, by `.hookplan.yaml`"},
    {"plan", "what is to change between two revisions, or between what is live and a revision"},
    {"intent digest", "stands for what a plan asks for; the same after merge, squash and rebase"},
    {"plan digest", "stands for the very bytes that are signed and approved"},
    {"policy", "whose signatures count, and how many a change needs"},
    {"overlap", "how long old tokens stay valid after a hook was switched"},
    {"settling", "done, and the overlap has not passed yet"},
    {"ledger",
     "beside the tokens: what is unfinished, and which plans were applied. It holds no token"},
    {"hand-over", "the file that tells people which hooks to set, where hookplan cannot"},
    {"drift", "hooks or tokens that are not as the config says"},
});

}  // namespace

std::string help_of_words(std::size_t width) {
  constexpr std::size_t kMeaningColumn = 17;
  std::string text;
  for (const Word& each : kGlossary) {
    std::string lines = filled(each.meaning, kMeaningColumn, width);
    lines.replace(2, each.word.size(), each.word);
    text += lines;
  }
  return text;
}

}  // namespace hookplan
