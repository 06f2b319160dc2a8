// SPDX-License-Identifier: Apache-2.0
// emulate.mjs PACKAGES PORT TOKEN: GitHub as `emulate` has it, at that port of this machine; says so when it answers.
import { pathToFileURL } from 'node:url';

const [packages, port, token] = process.argv.slice(2);
const { createEmulator } = await import(pathToFileURL(`${packages}/node_modules/emulate/dist/api.js`));
await createEmulator({
  service: 'github', port: Number(port), hostname: '127.0.0.1',
  seed: {
    tokens: { [token]: { login: 'admin', scopes: ['repo', 'admin:repo_hook', 'admin:org_hook'] } },
    github: {
      users: [{ login: 'nobody' }, { login: 'admin', site_admin: true }],
      orgs: [{ login: 'acme' }],
      repos: [{ owner: 'admin', name: 'one' }, { owner: 'admin', name: 'two' }],
    },
  },
});
setTimeout(() => process.exit(0), 120_000);
for (;;) {
  const answer = await fetch(`http://127.0.0.1:${port}/meta`).catch(() => undefined);
  if (answer && answer.status !== 503) break;
  await new Promise((resolve) => setTimeout(resolve, 50));
}
console.log('ready');
