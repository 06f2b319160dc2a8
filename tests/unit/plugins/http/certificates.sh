#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# certificates.sh FOLDER: an authority (ca.pem) with certificates for 127.0.0.1 (server), for another
# name (elsewhere), one that has expired, one of a client; another authority (stranger.pem).
set -eu
cd "$1"
exec 2>/dev/null
curve='-newkey ec -pkeyopt ec_paramgen_curve:P-256'

for authority in ca stranger; do
  openssl req -x509 $curve -nodes -days 2 -subj "/CN=$authority" -keyout "$authority.key" -out "$authority.pem"
done
issue() {  # NAME SUBJECT_ALTERNATIVE_NAME DAYS
  openssl req $curve -nodes -subj "/CN=$1" -addext "subjectAltName=$2" -keyout "$1.key" -out "$1.csr"
  openssl x509 -req -in "$1.csr" -copy_extensions copy -CA ca.pem -CAkey ca.key -days "$3" -out "$1.pem"
}
issue server IP:127.0.0.1 2
issue elsewhere DNS:kube.example 2
issue expired IP:127.0.0.1 0
issue client email:client@example.com 2
openssl ec -in client.key -aes128 -passout pass:secret -out locked.key
# As OpenSSL looks authorities up in a folder.
mkdir folder
cp ca.pem "folder/$(openssl x509 -in ca.pem -noout -subject_hash).0"
