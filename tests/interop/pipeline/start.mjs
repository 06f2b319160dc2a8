// SPDX-License-Identifier: Apache-2.0
// start.mjs PACKAGES SCRIPT WORD...: runs a script of this folder with the packages that were installed there. GitHub's own
// packages import JSON the way that bundlers want it, so node is told what that is.
import { register } from "node:module";
import { pathToFileURL } from "node:url";

const [packages, script, ...words] = process.argv.slice(2);
const hooks = `
  const root = ${JSON.stringify(pathToFileURL(packages + "/").href)};
  export const resolve = (name, context, next) =>
    next(name, context.parentURL?.startsWith(root) ? context : { ...context, parentURL: root + "package.json" });
  export const load = (url, context, next) =>
    next(url, url.endsWith(".json") ? { ...context, importAttributes: { type: "json" } } : context);`;
register(`data:text/javascript,${encodeURIComponent(hooks)}`);
process.argv.splice(1, 3, script, ...[]);
process.argv = [process.argv[0], script, ...words];
await import(new URL(script, import.meta.url));
