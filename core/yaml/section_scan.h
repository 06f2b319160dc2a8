// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hookplan {

// What to look for: the key of a section at the top level, in it the key of a map of entries, in
// each entry the one field that an entry has. The field holds a time of RFC 3339.
struct SectionWords {
  std::string_view section;
  std::string_view entries;
  std::string_view field;
};

// An entry in a form that has one meaning wherever a map of entries goes on.
struct PlainEntry {
  std::string_view name;
  std::string_view time;       // valid, with Z and without a fraction
  std::uint32_t line = 0;      // of the key, from 1
  std::uint32_t end_line = 0;  // of the time
};

// A key that the readers must meet in the skeleton for a cut after it to be sound.
struct Landmark {
  enum class Level { root, entry };
  Level level = Level::root;
  std::string_view name;
  std::uint32_t line = 0;    // in the text
  std::uint32_t column = 0;  // in bytes, from 1
};

// From which line of the skeleton on how many lines of the text are missing above.
struct SkeletonShift {
  std::uint32_t skeleton_line = 0;
  std::uint32_t missing = 0;
};

// A text taken apart: what has one meaning, and the rest, which readers must read.
struct SectionScan {
  std::string skeleton = {};               // the text without the lines that were cut out
  std::vector<PlainEntry> entries = {};    // what was cut out of the section, in its order
  std::vector<Landmark> landmarks = {};    // in the order of the text
  std::vector<SkeletonShift> shifts = {};  // by skeleton_line
  std::size_t first_cut_nodes = 0;         // how many nodes the first of all cuts has at least
  std::size_t lines_of_blocks = 0;         // how many lines were cut out of other blocks
  // The first line that kept the scan from cutting more, and why; 0 if nothing did.
  std::uint32_t declined_line = 0;
  std::string_view declined_reason = {};

  // The line of the text that a line of the skeleton is.
  std::uint32_t line_in_text(std::uint32_t skeleton_line) const;
};

// Cuts lines out of a YAML text whose meaning follows from their bytes alone, provided that the
// reader of the skeleton meets every landmark. The argument, line by line:
//
// - A run of plain entries begins with one that stays in the skeleton. If the readers report its
//   key as a key of the map of entries at its line and column, they are between two entries of a
//   block map of that indentation when its line begins. A plain entry leads from that state back to
//   it, because the next line with content is that of the next entry of the run, which is not
//   indented deeper and closes its value. So each entry that follows in the run is read in the same
//   state, has the meaning of its bytes, and cutting it changes nothing for what comes after.
// - The last entry of a run stays, too: what follows the run may go on with its value.
// - A plain entry defines no anchor, has no alias and no tag: nothing elsewhere can depend on it.
//   Duplicates are not looked for here; whoever puts the entries together does that.
//
// - The value of another key at the margin is cut out behind the key, if it is a plain block
//   (plain_block.h) and the text begins with a key at the margin. Then the root is a block map, and
//   readers that report the key at its line and column as a key of the root are waiting for its
//   value. They accept the lines, and have nothing open when the next key at the margin begins, as
//   they have behind a key without a value. What that value is matters to nobody.
//
// A text that looks alike but is something else (a block scalar, a quoted string over several
// lines, a second document) is no danger: its landmark is not met, and the whole text has to be
// read. REQUIRES: the text passed yaml_text() and has less than 2^32 lines. It outlives the scan.
SectionScan scan_section(std::string_view text, const SectionWords& words);

}  // namespace hookplan
