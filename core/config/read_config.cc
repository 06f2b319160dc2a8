// SPDX-License-Identifier: Apache-2.0
#include "core/config/read_config.h"

#include <memory>
#include <utility>

#include "core/config/plain_entries.h"
#include "core/config/section_fields.h"
#include "core/config/section_reader.h"
#include "core/yaml/section_scan.h"
#include "core/yaml/skeleton_visitor.h"
#include "core/yaml/yaml_bytes.h"
#include "core/yaml/yaml_source.h"

namespace hookplan {
namespace {

// What the YAML readers are given, which take a microsecond for every four bytes.
Result<void> require_readable_size(std::size_t bytes, std::string_view path) {
  constexpr std::size_t kMax = std::size_t{16} << 20;
  if (bytes <= kMax) return {};
  return fail(Code::file_too_large,
              "the file has {} bytes that are not entries in the usual form, the limit is {}",
              bytes, kMax)
      .at(path);
}

// A mistake in a skeleton, at the line that it has in the text.
Error in_text(Error error, const SectionScan& scan) {
  for (Diagnostic& each : error.diagnostics) each.where.line = scan.line_in_text(each.where.line);
  return error;
}

Result<Snapshot> read_whole(Reading reading, std::string_view bytes, std::string_view path) {
  TRY_VOID(require_readable_size(bytes.size(), path));
  const std::unique_ptr<SectionReader> reader = make_section_reader(path, reading);
  TRY_VOID(walk_yaml(bytes, path, *reader));
  return reader->finish(bytes);
}

Result<Snapshot> read_as(Reading reading, std::string_view bytes, std::string_view path,
                         ScanNotes* notes) {
  TRY(const std::string_view text, yaml_text(bytes, path));
  static constexpr SectionWords kWords{kSection, kEntries, kCreatedAfter};
  const SectionScan scan = scan_section(text, kWords);
  if (notes != nullptr)
    *notes = {scan.entries.size(), scan.lines_of_blocks, scan.declined_line, scan.declined_reason};
  if (scan.landmarks.empty()) return read_whole(reading, text, path);
  TRY_VOID(require_readable_size(scan.skeleton.size(), path));
  const std::unique_ptr<SectionReader> reader = make_section_reader(path, reading);
  SkeletonVisitor skeleton(scan, kWords, *reader);
  const Result<void> walked = walk_yaml(scan.skeleton, path, skeleton);
  if (walked && skeleton.is_confirmed() && !reader->has_forgotten()) {
    reader->add(entries_of(scan));
    return reader->finish(text);
  }
  // A mistake somewhere, or something that only looks like entries: the whole text says what,
  // unless it is too large for that.
  if (notes != nullptr) *notes = {0, 0, 1, "a mistake, or something that looks like entries"};
  Result<Snapshot> whole = read_whole(reading, text, path);
  if (whole || walked) return whole;
  const Code code = whole.error().first().code;
  const bool too_large = code == Code::too_many_nodes || code == Code::file_too_large;
  return too_large ? in_text(walked.error(), scan) : std::move(whole);
}

}  // namespace

Result<Snapshot> read_config(std::string_view bytes, std::string_view path, ScanNotes* notes) {
  return read_as(Reading::present, bytes, path, notes);
}

Result<Snapshot> read_past_config(std::string_view bytes, std::string_view path, ScanNotes* notes) {
  return read_as(Reading::past, bytes, path, notes);
}

Result<Snapshot> read_config_by_reference(Reading reading, std::string_view bytes,
                                          std::string_view path) {
  return read_whole(reading, bytes, path);
}

}  // namespace hookplan
