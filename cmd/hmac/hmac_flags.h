// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string_view>

#include "cmd/command_table.h"

namespace hookplan {

// The flags of Prow's hmac tool, all of them, with its defaults, and behind them those that it does
// not have: part of the one table of commands. README.md here says what each does.

inline constexpr std::array<std::string_view, 3> kLogFormats = {"auto", "json", "text"};

// What the tool is made from gives it more flags than it needs. Their values are checked as Prow
// checks them and do nothing here: a job keeps its arguments.
enum class IgnoredKind { text, number, duration };
struct IgnoredFlag {
  std::string_view name;
  IgnoredKind kind;
};
inline constexpr auto kIgnoredFlags = std::to_array<IgnoredFlag>({
    {"job-config-path", IgnoredKind::text},
    {"in-repo-config-cache-size", IgnoredKind::number},
    {"cache-dir-base", IgnoredKind::text},
    {"moonraker-address", IgnoredKind::text},
    {"github-host", IgnoredKind::text},
    {"github-graphql-endpoint", IgnoredKind::text},
    {"github-hourly-tokens", IgnoredKind::number},
    {"github-allowed-burst", IgnoredKind::number},
    {"github-throttle-org", IgnoredKind::text},
    {"github-client.request-timeout", IgnoredKind::duration},
    {"github-client.max-retries", IgnoredKind::number},
    {"github-client.max-404-retries", IgnoredKind::number},
    {"github-client.backoff-timeout", IgnoredKind::duration},
    {"github-client.initial-delay", IgnoredKind::duration},
    {"git-signing-key-path", IgnoredKind::text},
});

inline constexpr auto kHmacOptions = std::to_array<OptionSpec>({
    {"config-path",
     "FILE",
     "Prow's config.yaml, as it is or compressed with gzip (required)",
     {},
     Completes::file},
    {"kubeconfig-context", "NAME",
     "the context of the cluster that has the Secret; `default` is the cluster of the pod where no "
     "kubeconfig has one of that name (required)"},
    {"hook-url", "URL", "where Prow's hook gets deliveries (required)"},
    {"hmac-token-secret-name", "NAME", "the Secret with the tokens; it must be there (required)"},
    {"hmac-token-key", "KEY",
     "the key of the Secret with the tokens; it must be there and may be empty (required)"},
    {"hmac-token-secret-namespace", "NAME", "of the Secret (default: default)"},
    {"dry-run", "", "only say what would be done; --dry-run=false does it (default: true)"},
    {"dryrun", "", "the same as --dry-run"},
    {"supplemental-prow-config-dir",
     "DIR",
     "a folder with further configs, which must not hold managed_webhooks; may be repeated",
     {},
     Completes::folder,
     false,
     true},
    {"supplemental-prow-configs-filename-suffix", "SUFFIX",
     "how their names end (default: _prowconfig.yaml)"},
    {"supplemental-prow-configs-filename", "SUFFIX", "the same under its older name"},
    {"kubeconfig",
     "FILE",
     "instead of the files that KUBECONFIG names, or ~/.kube/config",
     {},
     Completes::file},
    {"kubeconfig-dir",
     "DIR",
     "a folder of kubeconfigs; one of them has the context",
     {},
     Completes::folder},
    {"kubeconfig-suffix", "SUFFIX", "how the names in --kubeconfig-dir end (default: all files)"},
    {"projected-token-file",
     "FILE",
     "the token of the service account, if it is not where a pod has it",
     {},
     Completes::file},
    {"no-in-cluster-config", "", "never take the cluster of the pod"},
    {"github-endpoint",
     "URL",
     "of GitHub's API (default: https://api.github.com); may be repeated, then the first one that "
     "is encrypted counts",
     {},
     Completes::nothing,
     false,
     true},
    {"github-token-path", "FILE", "the token for GitHub; this, or an App", {}, Completes::file},
    {"github-app-id", "ID", "the GitHub App to log in as"},
    {"github-app-private-key-path", "FILE", "its private key", {}, Completes::file},
    {"max-removals", "NUMBER",
     "how many entries may be removed at once (default: 5, and 10 % from 20 entries on); not in "
     "Prow's tool"},
    {"allow-empty", "", "the config may lose its last entry; not in Prow's tool"},
    {"overlap", "DURATION",
     "how long old tokens stay valid after a proven switch (default: 60m, at least 60s); not in "
     "Prow's tool"},
    {"wait", "DURATION",
     "how long the receiver may take to accept a new token (default: 5m); if given, how long to "
     "wait for another run, too; not in Prow's tool"},
    {"deadline", "DURATION",
     "when to stop in good order (default: 30m, or less than the overlap if that is shorter); not "
     "in Prow's tool"},
    {"emergency", "",
     "rotate at once, even where an earlier rotation is not over; not in Prow's tool"},
    {"finish", "",
     "wait until the overlap has passed and drop the old tokens, instead of leaving that to the "
     "next run; not in Prow's tool"},
    {"pace", "DURATION",
     "least time between two writes to GitHub (default: 1s, and 80 a minute, 500 an hour); not in "
     "Prow's tool"},
    {"log-format", "FORMAT",
     "json, text or auto (json unless a terminal reads it); not in Prow's tool", kLogFormats},
    {"job-config-path", "PATH", "no effect: job configs cannot hold managed_webhooks"},
    {"in-repo-config-cache-size", "NUMBER", "no effect"},
    {"cache-dir-base", "DIR", "no effect"},
    {"moonraker-address", "URL", "no effect"},
    {"github-host", "HOST", "no effect: --github-endpoint says where the API is"},
    {"github-graphql-endpoint", "URL", "no effect: GraphQL knows no webhooks"},
    {"github-hourly-tokens", "NUMBER", "no effect: see --pace"},
    {"github-allowed-burst", "NUMBER", "no effect: see --pace"},
    {"github-throttle-org",
     "ORG:HOURLY:BURST",
     "no effect: see --pace",
     {},
     Completes::nothing,
     false,
     true},
    {"github-client.request-timeout", "DURATION", "no effect: a call may take 10s"},
    {"github-client.max-retries", "NUMBER", "no effect: the next run goes on"},
    {"github-client.max-404-retries", "NUMBER", "no effect: 404 is not asked again"},
    {"github-client.backoff-timeout", "DURATION", "no effect: see --deadline"},
    {"github-client.initial-delay", "DURATION", "no effect"},
    {"git-signing-key-path", "FILE", "no effect: nothing is committed"},
});

inline constexpr auto kHmacExamples = std::to_array<std::string_view>({
    "hookplan hmac --config-path=config.yaml ...",
    "hookplan hmac ... --dry-run=false --finish",
});

}  // namespace hookplan
