// SPDX-License-Identifier: Apache-2.0
// DSSE in Node without a package, written from the specification, with the files of envelope_tool:
//   node envelopes.mjs sign KEY PAYLOADS FOLDER
//   node envelopes.mjs verify KEY ENVELOPES
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

const namesIn = (folder, ending) =>
  fs.readdirSync(folder).filter((file) => file.endsWith(ending)).map((file) => file.slice(0, -ending.length)).sort();

// Lengths are in bytes.
function preAuthenticationEncoding(type, body) {
  const typeBytes = Buffer.from(type, 'utf8');
  return Buffer.concat([
    Buffer.from(`DSSEv1 ${typeBytes.length} `), typeBytes, Buffer.from(` ${body.length} `), body]);
}

// Ed25519 hashes by itself.
const hashFor = (key) => (key.asymmetricKeyType === 'ed25519' ? null : 'sha256');
const urlSafe = (text) => text.replaceAll('+', '-').replaceAll('/', '_');

// The ways to write an envelope that DSSE allows: with and without key id, either alphabet of
// base64 (in the signature alone: in the payload we refuse the one that base64 -d does not read), any
// order and white space, members that nobody knows.
function envelopeText(index, type, body, signature) {
  const alphabet = index % 3 === 0 ? urlSafe : (text) => text;
  const sig = alphabet(signature.toString('base64'));
  const one = index % 2 === 0 ? { sig } : { keyid: `key ${index}`, sig, more: [index] };
  const payload = body.toString('base64');
  const envelope = index % 5 === 0 ? { signatures: [one], payloadType: type, more: {}, payload }
                                   : { payloadType: type, payload, signatures: [one] };
  return JSON.stringify(envelope, null, index % 4);
}

function signAll(keyFile, payloads, envelopes) {
  const key = crypto.createPrivateKey(fs.readFileSync(keyFile));
  namesIn(payloads, '.body').forEach((name, index) => {
    const type = fs.readFileSync(path.join(payloads, `${name}.type`), 'utf8');
    const body = fs.readFileSync(path.join(payloads, `${name}.body`));
    const signature = crypto.sign(hashFor(key), preAuthenticationEncoding(type, body), key);
    fs.writeFileSync(path.join(envelopes, `${name}.json`), envelopeText(index, type, body, signature));
  });
}

function verifies(key, file) {
  const { payloadType, payload, signatures } = JSON.parse(fs.readFileSync(file, 'utf8'));
  const signed = preAuthenticationEncoding(payloadType, Buffer.from(payload, 'base64'));
  return signatures.length === 1 &&
    crypto.verify(hashFor(key), signed, key, Buffer.from(signatures[0].sig, 'base64'));
}

function verifyAll(keyFile, envelopes) {
  const key = crypto.createPublicKey(fs.readFileSync(keyFile));
  for (const name of namesIn(envelopes, '.json')) {
    console.log(`${name} ${verifies(key, path.join(envelopes, `${name}.json`)) ? 'ok' : 'bad'}`);
  }
}

const [command, ...words] = process.argv.slice(2);
({ sign: signAll, verify: verifyAll })[command](...words);
