// SPDX-License-Identifier: Apache-2.0
// A Secret by Kubernetes' own client for Node: `create` makes it, `check` reads what hookplan made of it, and tries to
// put back what is out of date. KUBECONFIG says where; KUBE_PACKAGES is where the packages are.
import assert from 'node:assert';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const place = path.resolve(process.env.KUBE_PACKAGES, 'node_modules/@kubernetes/client-node/dist/index.js');
const { CoreV1Api, KubeConfig } = await import(pathToFileURL(place));

const config = new KubeConfig();
config.loadFromDefault();
const api = config.makeApiClient(CoreV1Api);
const where = { name: 'hmac-token', namespace: 'prow' };
const bytes = (text) => Buffer.from(text ?? '', 'base64').toString();

if (process.argv[2] === 'create') {
  await api.createNamespacedSecret({
    namespace: 'prow',
    body: { metadata: { name: 'hmac-token', labels: { team: 'prow' } }, stringData: { hmac: '', other: 'x' } },
  });
} else {
  const secret = await api.readNamespacedSecret(where);
  assert.deepEqual(Object.keys(secret.data).sort(), ['hmac', 'hmac.ledger', 'other']);
  assert.match(bytes(secret.data.hmac), /^o\/r:\n- created_at: /m);
  assert.equal(bytes(secret.data.other), 'x');
  assert.deepEqual(secret.metadata.labels, { team: 'prow' });
  const newer = await api.replaceNamespacedSecret({ ...where, body: { ...secret, data: { ...secret.data, more: 'eQ==' } } });
  assert.notEqual(newer.metadata.resourceVersion, secret.metadata.resourceVersion);
  await assert.rejects(api.replaceNamespacedSecret({ ...where, body: { ...secret, data: {} } }), { code: 409 });
  await assert.rejects(api.readNamespacedSecret({ ...where, name: 'absent' }), { code: 404 });
  console.log('ok');
}
