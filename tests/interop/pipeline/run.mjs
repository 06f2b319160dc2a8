// SPDX-License-Identifier: Apache-2.0
// run.mjs JOB.json: runs one job of a workflow as a runner of GitHub would, read by GitHub's parser and evaluated by its
// evaluator: checkout for real, our action from its action.yml, artifacts as a look whether the file is there. The job:
//   workflow, job, action (a folder), upstream (a repository), folder (fresh), github (the context), secrets
// Prints {conclusion, steps: [{id, conclusion, outputs, log}]}.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Evaluator, Lexer, Parser, data } from "@actions/expressions";
import { NoOperationTraceWriter, convertWorkflowTemplate, parseWorkflow } from "@actions/workflow-parser";
import { convertActionTemplate, parseAction } from "@actions/workflow-parser/actions/index";

const job = JSON.parse(readFileSync(process.argv[2], "utf8"));
const workspace = join(job.folder, "workspace");
mkdirSync(workspace, { recursive: true });

// --- expressions

function toData(value) {
  if (Array.isArray(value)) return new data.Array(...value.map(toData));
  if (value === null || value === undefined) return new data.Null();
  if (typeof value === "boolean") return new data.BooleanData(value);
  if (typeof value === "number") return new data.NumberData(value);
  if (typeof value === "string") return new data.StringData(value);
  return new data.Dictionary(...Object.entries(value).map(([key, one]) => ({ key, value: toData(one) })));
}

function evaluate(text, contexts, failed = false) {
  const status = { success: !failed, failure: failed, always: true, cancelled: false };
  const functions = Object.entries(status).map(([name, is]) => ({
    name, description: "", minArgs: 0, maxArgs: 0, call: () => new data.BooleanData(is) }));
  const tokens = new Lexer(text).lex().tokens;
  const tree = new Parser(tokens, Object.keys(contexts), functions).parse();
  return new Evaluator(tree, toData(contexts), new Map(functions.map((one) => [one.name, one]))).evaluate();
}

// A part of a document, with its expressions evaluated: a text, an object or a list.
function valueOf(token, contexts) {
  const part = JSON.parse(JSON.stringify(token ?? null));
  const walk = (one) => {
    if (one === null || typeof one !== "object") return one ?? "";
    if (one.expr !== undefined) return evaluate(one.expr, contexts).coerceString();
    if (one.map) return Object.fromEntries(one.map.map(({ Key, Value }) => [walk(Key), walk(Value)]));
    if (one.seq) return one.seq.map(walk);
    return one.map === undefined && one.seq === undefined && one.type === 2 ? {} : one.lit ?? "";
  };
  return walk(part);
}

function checked(parsed, name) {
  const errors = parsed.context.errors.getErrors();
  if (errors.length) throw new Error(`${name}: ${errors.map((error) => error.message).join("; ")}`);
  return parsed;
}

// --- files of the runner

// NAME=VALUE, and NAME<<DELIMITER with any value up to the delimiter.
function outputsIn(text) {
  const outputs = {};
  const lines = text.split("\n");
  for (let i = 0; i < lines.length; i++) {
    const [, name, sign, rest] = /^(.*?)(=|<<)(.*)$/.exec(lines[i]) ?? [];
    if (!name) continue;
    if (sign === "=") { outputs[name] = rest; continue; }
    const end = lines.indexOf(rest, i + 1);
    if (end < 0) throw new Error(`the output ${name} does not end`);
    outputs[name] = lines.slice(i + 1, end).join("\n");
    i = end;
  }
  return outputs;
}

let scripts = 0;
function runScript(script, environment) {
  const files = join(job.folder, `script${scripts++}`);
  mkdirSync(files);
  const names = { GITHUB_OUTPUT: "output", GITHUB_STEP_SUMMARY: "summary", GITHUB_ENV: "env" };
  const paths = Object.fromEntries(Object.entries(names).map(([name, file]) => [name, join(files, file)]));
  for (const path of Object.values(paths)) writeFileSync(path, "");
  writeFileSync(join(files, "script.sh"), script);
  const { status, stdout, stderr } = spawnSync("sh", ["-e", join(files, "script.sh")], {
    cwd: workspace, env: { ...job.environment, ...environment, ...paths }, encoding: "utf8" });
  return {
    conclusion: status === 0 ? "success" : "failure", exit: status, log: stdout + stderr,
    outputs: outputsIn(readFileSync(paths.GITHUB_OUTPUT, "utf8")), summary: readFileSync(paths.GITHUB_STEP_SUMMARY, "utf8") };
}

// --- what a step uses

function checkout({ "fetch-depth": depth = "1" }) {
  const git = (...words) => execFileSync("git", ["-C", workspace, ...words], { stdio: "pipe" });
  const { sha, ref } = job.github;
  git("init", "-q");
  git("remote", "add", "origin", `file://${job.upstream}`);
  git("fetch", "-q", ...(depth === "0" ? [] : [`--depth=${depth}`]), "origin", sha);
  if (depth === "0") git("fetch", "-q", "origin", "+refs/heads/*:refs/remotes/origin/*");
  const branch = /^refs\/heads\/(.*)$/.exec(ref)?.[1];
  if (branch) git("update-ref", `refs/remotes/origin/${branch}`, sha);
  git("checkout", "-q", ...(branch ? ["-B", branch] : ["--detach"]), sha);
  return { conclusion: "success", outputs: {}, log: "" };
}

function runAction(given, environment) {
  const content = readFileSync(join(job.action, "action.yml"), "utf8");
  const parsed = checked(parseAction({ name: "action.yml", content }, new NoOperationTraceWriter()), "action.yml");
  const action = convertActionTemplate(parsed.context, parsed.value);
  const inputs = Object.fromEntries(action.inputs.map(({ id, default: or }) => [id, given[id] ?? valueOf(or, { github: job.github })]));
  for (const id of Object.keys(given)) if (!(id in inputs)) throw new Error(`no such input: ${id}`);
  const contexts = { inputs, github: { ...job.github, action_path: job.action }, steps: {} };
  const result = { conclusion: "success", log: "", summary: "" };
  for (const step of action.runs.steps) {
    const failed = result.conclusion !== "success";
    if (!evaluate(step.if.expression, contexts, failed).coerceString().match(/^true$/)) continue;
    const done = runScript(valueOf(step.run, contexts), { ...environment, ...valueOf(step.env, contexts) });
    contexts.steps[step.id] = { outputs: done.outputs, conclusion: done.conclusion };
    result.log += done.log;
    result.summary += done.summary;
    if (done.conclusion !== "success") Object.assign(result, { conclusion: "failure", exit: done.exit });
  }
  result.outputs = Object.fromEntries(action.outputs.map(({ id, value }) => [id, valueOf(value, contexts)]));
  return result;
}

function use(name, given, environment) {
  if (name.startsWith("actions/checkout@")) return checkout(given);
  if (name.startsWith("hookplan/hookplan@")) return runAction(given, environment);
  if (name.startsWith("actions/upload-artifact@"))
    return { conclusion: existsSync(given.path) ? "success" : "failure", outputs: {}, log: given.path };
  throw new Error(`nobody here knows ${name}`);
}

// --- the job

const content = readFileSync(job.workflow, "utf8");
const parsed = checked(parseWorkflow({ name: job.workflow, content }, new NoOperationTraceWriter()), job.workflow);
const template = await convertWorkflowTemplate(parsed.context, parsed.value);
const described = template.jobs.find(({ id }) => id.value === job.job);
// The template leaves `with` out; it is in the document.
const find = (part, key) => part.map.find(({ Key }) => Key === key)?.Value;
const raw = find(find(find(JSON.parse(JSON.stringify(parsed.value)), "jobs"), job.job), "steps").seq;
const contexts = { github: job.github, secrets: job.secrets ?? {}, steps: {}, needs: {}, vars: {} };
const isTrue = (condition, failed) => evaluate(condition.expression, contexts, failed).coerceString() !== "false" &&
  evaluate(condition.expression, contexts, failed).coerceString() !== "";

const result = { conclusion: "skipped", steps: [] };
if (isTrue(described.if, false)) {
  result.conclusion = "success";
  for (const [i, step] of described.steps.entries()) {
    const failed = result.conclusion === "failure";
    if (!isTrue(step.if, failed)) { result.steps.push({ id: step.id, conclusion: "skipped" }); continue; }
    const environment = { ...job.variables, ...valueOf(step.env, contexts) };
    const done = step.uses ? use(step.uses.value, valueOf(find(raw[i], "with") ?? { map: [] }, contexts), environment)
                           : runScript(valueOf(step.run, contexts), environment);
    contexts.steps[step.id] = { outputs: done.outputs, conclusion: done.conclusion, outcome: done.conclusion };
    result.steps.push({ id: step.id, ...done });
    if (done.conclusion !== "success") result.conclusion = "failure";
  }
}
console.log(JSON.stringify(result));
