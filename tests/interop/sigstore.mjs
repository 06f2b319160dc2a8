// SPDX-License-Identifier: Apache-2.0
// Sigstore's verifier with nothing but a public key, no log and no time stamps:
//   node sigstore.mjs envelopes KEY FOLDER          prints `name ok` or `name bad` for each
//   node sigstore.mjs bundle KEY BUNDLE ARTIFACT    exit 1 unless it is signed, and for that file
// HOOKPLAN_PACKAGES is where the packages are.
import crypto from 'node:crypto';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const load = createRequire(path.resolve(process.env.HOOKPLAN_PACKAGES, 'package.json'));
const { bundleFromJSON } = load('@sigstore/bundle');
const { Verifier, toSignedEntity } = load('@sigstore/verify');

function trusted(keyFile) {
  const publicKey = crypto.createPublicKey(fs.readFileSync(keyFile));
  const der = publicKey.export({ type: 'spki', format: 'der' });
  const hint = crypto.createHash('sha256').update(der).digest('base64');
  const find = (asked) => {
    if (asked !== hint) throw new Error(`an unknown key: ${asked}`);
    return { publicKey, validFor: () => true };
  };
  const material = { certificateAuthorities: [], timestampAuthorities: [], tlogs: [], ctlogs: [], publicKey: find };
  const thresholds = { tlogThreshold: 0, ctlogThreshold: 0, timestampThreshold: 0 };
  return { hint, verifier: new Verifier(material, thresholds) };
}

// Throws unless it verifies.
function verify({ verifier }, json) {
  const bundle = bundleFromJSON(json);
  verifier.verify(toSignedEntity(bundle));
  return bundle.content.dsseEnvelope;
}

function verifyEnvelopes(keyFile, folder) {
  const key = trusted(keyFile);
  for (const file of fs.readdirSync(folder).filter((name) => name.endsWith('.json')).sort()) {
    const dsseEnvelope = JSON.parse(fs.readFileSync(path.join(folder, file), 'utf8'));
    let verdict = 'ok';
    try {
      verify(key, {
        mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
        verificationMaterial: { publicKey: { hint: key.hint }, tlogEntries: [] },
        dsseEnvelope,
      });
    } catch (error) {
      if (!['VerificationError', 'ValidationError'].includes(error.constructor.name)) throw error;
      verdict = 'bad';
    }
    console.log(`${file.slice(0, -'.json'.length)} ${verdict}`);
  }
}

// The bundle as it is, not one that is put together here.
function verifyBundle(keyFile, bundleFile, artifact) {
  const envelope = verify(trusted(keyFile), JSON.parse(fs.readFileSync(bundleFile, 'utf8')));
  const statement = JSON.parse(envelope.payload.toString('utf8'));
  const digest = crypto.createHash('sha256').update(fs.readFileSync(artifact)).digest('hex');
  if (!statement.subject.some((subject) => subject.digest.sha256 === digest)) {
    console.log('another subject');
    process.exit(1);
  }
  console.log(`verified: ${envelope.payloadType}, ${statement.predicateType}`);
}

const [command, ...words] = process.argv.slice(2);
({ envelopes: verifyEnvelopes, bundle: verifyBundle })[command](...words);
