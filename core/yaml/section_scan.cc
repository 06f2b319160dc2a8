// SPDX-License-Identifier: Apache-2.0
#include "core/yaml/section_scan.h"

#include <algorithm>
#include <utility>

#include "core/base/text.h"
#include "core/yaml/plain_block.h"
#include "core/yaml/plain_entry.h"

namespace hookplan {
namespace {

class Scanner {
 public:
  Scanner(std::string_view text, const SectionWords& words) : text_(text), words_(words) {}

  SectionScan run() && {
    const bool is_map = begins_with_key();
    bool is_section_over = false;
    while (at_ < text_.size()) {
      const auto key = margin_key(text_, at_);
      std::size_t behind = key ? key->value : at_;
      const bool has_block = key && take_end_of_line(text_, behind);
      next_line();
      if (!has_block) continue;
      if (key->name == words_.section && !std::exchange(is_section_over, true)) {
        scan_section();
      } else if (is_map && ascii_lower(key->name) != words_.section) {
        cut_block(key->name);
      }
    }
    if (!is_section_over) decline(1, "no section of the usual form");
    keep_to(text_.size());
    return std::move(scan_);
  }

 private:
  void decline(std::uint32_t line, std::string_view reason) {
    if (scan_.declined_line != 0) return;
    scan_.declined_line = line;
    scan_.declined_reason = reason;
  }

  void next_line() {
    at_ = std::min(line_end(text_, at_) + 1, text_.size());
    ++line_;
  }

  // What was not kept yet, up to there.
  void keep_to(std::size_t end) {
    scan_.skeleton += text_.substr(kept_, end - kept_);
    kept_ = end;
  }

  // The first content is a key at the margin, behind one `---` at most: the root is a block map.
  bool begins_with_key() const {
    bool is_marked = false;
    for (std::size_t at = 0; at < text_.size(); at = line_end(text_, at) + 1) {
      if (line_start(text_, at).is_trivial) continue;
      const std::string_view line = text_.substr(at, line_end(text_, at) - at);
      if (is_marked || line != "---") return margin_key(text_, at).has_value();
      is_marked = true;
    }
    return false;
  }

  // The value of a key at the margin, which begins here.
  void cut_block(std::string_view key) {
    const BlockForm block = plain_block(text_, at_);
    if (!block.is_plain)
      return decline(line_ + block.lines, "a line that is not in the plain form");
    if (block.lines == 0) return;
    keep_to(at_);
    scan_.landmarks.push_back({Landmark::Level::root, key, line_ - 1, 1});
    if (scan_.shifts.empty()) scan_.first_cut_nodes = block.nodes;
    scan_.lines_of_blocks += block.lines;
    at_ = kept_ = block.end;
    line_ += block.lines;
    missing_ += block.lines;
    scan_.shifts.push_back({line_ - missing_, missing_});
  }

  // From the line behind its key to the next line at the margin.
  void scan_section() {
    while (at_ < text_.size()) {
      const LineStart start = line_start(text_, at_);
      if (!start.is_trivial && start.indent == 0) return;
      const bool holds_entries = !start.is_trivial && is_key_of_entries(start.indent);
      next_line();
      if (holds_entries) scan_entries(start.indent);
    }
  }

  bool is_key_of_entries(std::size_t indent) const {
    std::size_t behind = at_ + indent + words_.entries.size() + 1;
    return text_.substr(at_ + indent, words_.entries.size()) == words_.entries &&
           text_.substr(behind - 1, 1) == ":" && take_end_of_line(text_, behind);
  }

  // A run of plain entries, one after the other with nothing but comments between them.
  struct Run {
    std::size_t number = 0;
    PlainEntry first = {};
    std::size_t first_end = 0;  // behind it
    PlainEntry last = {};
    std::size_t last_begin = 0;
  };

  void scan_entries(std::size_t parent_indent) {
    while (at_ < text_.size() && line_start(text_, at_).is_trivial) next_line();
    const std::size_t indent = line_start(text_, at_).indent;
    if (indent <= parent_indent) return;
    Run run;
    while (at_ < text_.size()) {
      if (const auto form = plain_entry(text_, at_, indent, words_.field)) {
        add(run, *form);
        at_ = form->end;
        line_ += form->lines;
        continue;
      }
      const LineStart start = line_start(text_, at_);
      if (!start.is_trivial) {
        cut(run, indent);
        if (start.indent < indent) return;
        decline(line_, "an entry that is not in the plain form");
      }
      next_line();
    }
    cut(run, indent);
  }

  void add(Run& run, const EntryForm& form) {
    const PlainEntry entry{form.name, form.time, line_, line_ + form.lines - 1};
    if (run.number == 0) {
      run.first = entry;
      run.first_end = form.end;
    } else {
      // What was the last one till now is inside of the run.
      if (run.number > 1) scan_.entries.push_back(run.last);
      run.last = entry;
      run.last_begin = at_;
    }
    ++run.number;
  }

  // Keeps the first and the last entry of the run. What follows the run may belong to the last one:
  // lines that are indented deeper go on with its value.
  void cut(Run& run, std::size_t indent) {
    constexpr std::size_t kKept = 2;
    if (run.number > kKept) {
      keep_to(run.first_end);
      scan_.landmarks.push_back({Landmark::Level::entry, run.first.name, run.first.line,
                                 static_cast<std::uint32_t>(indent + 1)});
      constexpr std::size_t kNodesOfEntry = 4;
      if (scan_.shifts.empty()) scan_.first_cut_nodes = (run.number - kKept) * kNodesOfEntry;
      missing_ += run.last.line - run.first.end_line - 1;
      scan_.shifts.push_back({run.last.line - missing_, missing_});
      kept_ = run.last_begin;
    }
    run = {};
  }

  std::string_view text_;
  SectionWords words_;
  std::size_t at_ = 0;
  std::uint32_t line_ = 1;
  std::size_t kept_ = 0;
  std::uint32_t missing_ = 0;
  SectionScan scan_;
};

}  // namespace

std::uint32_t SectionScan::line_in_text(std::uint32_t skeleton_line) const {
  const auto next =
      std::ranges::upper_bound(shifts, skeleton_line, {}, &SkeletonShift::skeleton_line);
  return next == shifts.begin() ? skeleton_line : skeleton_line + std::prev(next)->missing;
}

SectionScan scan_section(std::string_view text, const SectionWords& words) {
  return Scanner(text, words).run();
}

}  // namespace hookplan
