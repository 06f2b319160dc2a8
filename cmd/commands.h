// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cmd/command_line.h"
#include "cmd/console.h"

namespace hookplan {

// Each runs one command of the table and gives its exit code; main shows what went wrong.
Result<int> run_plan(const CommandLine& line, const Console& console);
Result<int> run_check(const CommandLine& line, const Console& console);
Result<int> run_show(const CommandLine& line, const Console& console);
Result<int> run_comment(const CommandLine& line, const Console& console);
Result<int> run_keygen(const CommandLine& line, const Console& console);
Result<int> run_sign(const CommandLine& line, const Console& console);
Result<int> run_approve(const CommandLine& line, const Console& console);
Result<int> run_pae(const CommandLine& line, const Console& console);
Result<int> run_attach(const CommandLine& line, const Console& console);
Result<int> run_merge(const CommandLine& line, const Console& console);
Result<int> run_verify(const CommandLine& line, const Console& console);
Result<int> run_export(const CommandLine& line, const Console& console);
Result<int> run_apply(const CommandLine& line, const Console& console);
Result<int> run_status(const CommandLine& line, const Console& console);
Result<int> run_settle(const CommandLine& line, const Console& console);
Result<int> run_reconcile(const CommandLine& line, const Console& console);
Result<int> run_rotate(const CommandLine& line, const Console& console);
Result<int> run_confirm(const CommandLine& line, const Console& console);
Result<int> run_hmac(const CommandLine& line, const Console& console);
Result<int> run_ci(const CommandLine& line, const Console& console);
Result<int> run_explain(const CommandLine& line, const Console& console);
Result<int> run_completion(const CommandLine& line, const Console& console);
Result<int> run_man(const CommandLine& line, const Console& console);
Result<int> run_help(const CommandLine& line, const Console& console);
Result<int> run_version(const CommandLine& line, const Console& console);

}  // namespace hookplan
