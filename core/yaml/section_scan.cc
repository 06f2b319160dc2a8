// SPDX-License-Identifier: Apache-2.0
#include "core/yaml/section_scan.h"

#include <algorithm>

#include "core/yaml/plain_entry.h"

namespace hookplan {
namespace {

class Scanner {
 public:
  Scanner(std::string_view text, const SectionWords& words) : text_(text), words_(words) {}

  SectionScan run() && {
    if (!find_section()) return keep_everything("no section of the usual form");
    while (at_ < text_.size()) {
      const LineStart start = line_start(text_, at_);
      if (start.is_trivial) {
        next_line();
      } else if (start.indent == 0) {
        break;  // the section is over
      } else if (is_key_of_entries(start.indent)) {
        next_line();
        scan_entries(start.indent);
        break;
      } else {
        next_line();
      }
    }
    keep_to(text_.size());
    return std::move(scan_);
  }

 private:
  SectionScan keep_everything(std::string_view reason) {
    decline(1, reason);
    keep_to(text_.size());
    return std::move(scan_);
  }

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

  // The first line at the margin that begins with the section's key and has nothing behind it.
  bool find_section() {
    for (std::size_t from = 0;;) {
      const std::size_t found = text_.find(words_.section, from);
      if (found == std::string_view::npos) return false;
      std::size_t behind = found + words_.section.size() + 1;
      const bool at_margin = found == 0 || text_[found - 1] == '\n';
      if (at_margin && text_.substr(behind - 1, 1) == ":" && take_end_of_line(text_, behind)) {
        line_ = 2 + static_cast<std::uint32_t>(std::ranges::count(text_.substr(0, found), '\n'));
        at_ = behind;
        return true;
      }
      from = found + 1;
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
