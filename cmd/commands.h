// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cmd/command_line.h"
#include "cmd/console.h"

namespace hookplan {

// Each runs one command of the table and returns its exit code.
int run_plan(const CommandLine& line, Console& console);
int run_check(const CommandLine& line, Console& console);
int run_show(const CommandLine& line, Console& console);
int run_keygen(const CommandLine& line, Console& console);
int run_sign(const CommandLine& line, Console& console);
int run_approve(const CommandLine& line, Console& console);
int run_pae(const CommandLine& line, Console& console);
int run_attach(const CommandLine& line, Console& console);
int run_merge(const CommandLine& line, Console& console);
int run_verify(const CommandLine& line, Console& console);
int run_export(const CommandLine& line, Console& console);
int run_apply(const CommandLine& line, Console& console);
int run_status(const CommandLine& line, Console& console);
int run_settle(const CommandLine& line, Console& console);
int run_reconcile(const CommandLine& line, Console& console);
int run_rotate(const CommandLine& line, Console& console);
int run_confirm(const CommandLine& line, Console& console);
int run_explain(const CommandLine& line, Console& console);
int run_completion(const CommandLine& line, Console& console);
int run_man(const CommandLine& line, Console& console);
int run_help(const CommandLine& line, Console& console);
int run_version(const CommandLine& line, Console& console);

}  // namespace hookplan
