// SPDX-License-Identifier: Apache-2.0
// Prints what `hookplan plan` costs at 10 to 1,000,000 entries, ten of them changed, as ratios to
// reading both blobs (the floor, one after the other and without hashing) and to `git diff`, taken
// in turn in one run; and what it costs over starting a process where the config is the same.
// Machines are noisy, so the ratios are medians of the ratios of each round. Memory is a ratio to
// the bytes of both configs.
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "tests/bench/stopwatch.h"
#include "tests/generate/large_repository.h"

namespace hookplan::bench {
namespace {

constexpr unsigned kSeed = 7;
constexpr std::size_t kChanges = 10;

struct Size {
  std::size_t entries;
  int rounds;
};

void shell(const std::string& command) {
  if (std::system(command.c_str()) != 0) {
    std::fprintf(stderr, "failed: %s\n", command.c_str());
    std::exit(1);
  }
}

void write(const std::string& path, const std::string& text) { std::ofstream(path) << text; }

// Two commits of a config, packed as a clone would have them.
std::string make_repository(const std::string& folder, std::size_t entries) {
  const std::string path = fmt::format("{}/{}", folder, entries);
  const std::string git =
      fmt::format("git -C {0} -c user.name=bench -c user.email=bench@hookplan.dev ", path);
  shell(fmt::format("git init -q -b main {}", path));
  const std::string before = generate::large_config(entries, kSeed);
  write(path + "/config.yaml", before);
  shell(git + "add . && " + git + "commit -q -m before");
  write(path + "/config.yaml", generate::changed_config(before, kChanges, kSeed));
  shell(git + "commit -q -a -m after && " + git + "gc -q");
  return path;
}

std::vector<double> ratios(const std::vector<Measurement>& of, const std::vector<Measurement>& to) {
  std::vector<double> all;
  for (std::size_t i = 0; i < of.size(); ++i) all.push_back(of[i].seconds / to[i].seconds);
  return all;
}

std::vector<double> seconds(const std::vector<Measurement>& runs) {
  std::vector<double> all;
  for (const Measurement& run : runs) all.push_back(run.seconds);
  return all;
}

std::string row(const std::string& folder, const Size& size) {
  const std::string path = make_repository(folder, size.entries);
  const auto runs = interleaved({{READ_BLOBS, path, "HEAD^", "HEAD", "config.yaml"},
                                 {"git", "-C", path, "diff", "-U0", "HEAD^", "HEAD"},
                                 {HOOKPLAN, "plan", "--repo", path, "--format", "json"}},
                                size.rounds);
  const double blobs = 2.0 * static_cast<double>(std::filesystem::file_size(path + "/config.yaml"));
  std::vector<double> memory;
  for (const Measurement& run : runs[2]) memory.push_back(run.megabytes);
  const double megabytes = median(memory);
  return fmt::format(
      "| {} | {:.1f} ms | {:.1f} ms | {:.1f} ms | {:.2f} | {:.2f} | {:.0f} MB | {:.1f} |\n",
      size.entries, median(seconds(runs[0])) * 1000, median(seconds(runs[1])) * 1000,
      median(seconds(runs[2])) * 1000, median(ratios(runs[2], runs[0])),
      median(ratios(runs[2], runs[1])), megabytes, megabytes * 1024 * 1024 / blobs);
}

// What a plan costs where the config is the same, over what this program costs that only starts.
std::string unchanged(const std::string& folder, const Size& size) {
  const std::string path = fmt::format("{}/{}", folder, size.entries);
  const auto runs = interleaved(
      {{HOOKPLAN, "version"}, {HOOKPLAN, "plan", "--repo", path, "HEAD", "HEAD"}}, size.rounds);
  std::vector<double> more;
  for (std::size_t i = 0; i < runs[0].size(); ++i)
    more.push_back((runs[1][i].seconds - runs[0][i].seconds) * 1000);
  return fmt::format(
      "The same config with {} entries in both revisions: {:.2f} ms over `hookplan "
      "version`, which takes {:.2f} ms.\n",
      size.entries, median(more), median(seconds(runs[0])) * 1000);
}

}  // namespace
}  // namespace hookplan::bench

int main() {
  using namespace hookplan::bench;
  std::string folder = (std::filesystem::temp_directory_path() / "hookplan-bench.XXXXXX").string();
  if (::mkdtemp(folder.data()) == nullptr) return 1;
  std::string table =
      "| entries | read both blobs | git diff | plan | plan / blobs | plan / git diff | plan's "
      "memory | memory / both configs |\n"
      "| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n";
  for (const Size& size : {Size{10, 31}, Size{1'000, 21}, Size{100'000, 9}, Size{1'000'000, 3}})
    table += row(folder, size);
  table += "\n" + unchanged(folder, {100'000, 31});
  std::fputs(table.c_str(), stdout);
  std::filesystem::remove_all(folder);
  return 0;
}
