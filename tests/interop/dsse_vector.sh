#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The test vector of the DSSE specification 1.0.2. Its signature is r and s side by side; what is used
# everywhere, and by us, is DER.
. "$(dirname "$0")/interop.sh"
need openssl base64 od

type=http://example.com/HelloWorld
printf 'hello world' >body
envelope_tool pae "$type" body >pae
printf 'DSSEv1 29 http://example.com/HelloWorld 11 hello world' >expected
same pae expected PAE
[ "$(sha256sum <pae)" = '217751fac2c4f14edb2c9297fbc34abcb016ba88e74757e875ec4ac16fb6b6a1  -' ] || fail digest

# A SubjectPublicKeyInfo for P-256 up to its point, then the point; the specification has its two numbers
# in decimal.
x=67cd390f77aa359cb08c2235f652270493a9ed832b0abcc01f70954c0390d238
y=0c782bd54e269125a44f4433aff1432ce94e12bca73aa67ac80cea12608ddf74
head=3059301306072a8648ce3d020106082a8648ce3d03010703420004
# The shell's own printf may not know \x.
from_hex() { env printf "$(printf %s "$1" | sed 's/../\\x&/g')"; }
from_hex "$head$x$y" >key.der
openssl pkey -pubin -inform DER -in key.der -out key.pub || fail 'no key'

echo A3JqsQGtVsJ2O2xqrI5IcnXip5GToJ3F+FnZ+O88SjtR6rDAajabZKciJTfUiHqJPcIAriEGAHTVeCUjW2JIZA== >raw.b64
hex=$(base64 -d <raw.b64 | od -An -v -tx1 | tr -d ' \n')
cat >numbers <<END
asn1=SEQUENCE:signature
[signature]
r=INTEGER:0x$(printf %s "$hex" | cut -c1-64)
s=INTEGER:0x$(printf %s "$hex" | cut -c65-128)
END
openssl asn1parse -genconf numbers -noout -out der || fail 'no DER'
base64 -w 0 <der >der.b64
printf '%s%s' MEQCIANyarEBrVbCdjtsaqyOSHJ14qeRk6CdxfhZ2fjvPEo7AiBR6rDAajabZKci \
  JTfUiHqJPcIAriEGAHTVeCUjW2JIZA== >expected.b64
same der.b64 expected.b64 'the signature in DER'
openssl_verifies key.pub der expected || fail 'openssl refuses the vector'

mkdir envelopes
# envelope NAME TYPE BODY SIGNATURE
envelope() {
  printf '{"payload":"%s","payloadType":"%s","signatures":[{"sig":"%s"}]}\n' \
    "$(printf %s "$3" | base64)" "$2" "$4" >"envelopes/$1.json"
}
envelope der "$type" 'hello world' "$(cat der.b64)"
envelope raw "$type" 'hello world' "$(cat raw.b64)"
envelope other-body "$type" 'hello worle' "$(cat der.b64)"
envelope other-type "${type}s" 'hello world' "$(cat der.b64)"
envelope moved-byte "$type " 'hello worl' "$(cat der.b64)"
envelope_tool verify key.pub envelopes >verdicts
printf '%s\n' 'der ok' 'moved-byte bad' 'other-body bad' 'other-type bad' 'raw bad' >expected
same verdicts expected 'the verdicts'
