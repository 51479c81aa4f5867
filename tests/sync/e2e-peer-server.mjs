// SPDX-License-Identifier: EUPL-1.2
// A tus server that nobody here wrote (@tus/server), where a station expects its centre.
// node e2e-peer-server.mjs PKI FOLDER PORT-FILE: bundles go to FOLDER/files, receipts are read from
// FOLDER/receipts/<sha256>, the port is written to PORT-FILE.
import fs from 'node:fs';
import https from 'node:https';
import path from 'node:path';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const [pki, folder, portFile] = process.argv.slice(2);
const require = createRequire(path.join(process.env.GUICHET_PEERS, 'x.js'));
const load = (name) => import(pathToFileURL(require.resolve(name)).href);
const { Server } = await load('@tus/server');
const { FileStore } = await load('@tus/file-store');

const tus = new Server({
  path: '/v1/depots',
  relativeLocation: true, // it says http:// otherwise, which our client refuses to follow
  datastore: new FileStore({ directory: path.join(folder, 'files') }),
  namingFunction: (request, metadata) => metadata.sha256,
});

function answer(request, response) {
  const receipt = path.join(folder, 'receipts', path.basename(request.url));
  if (request.url.startsWith('/v1/depots')) return tus.handle(request, response);
  if (request.url.startsWith('/v1/flux')) return response.end('{"messages": []}');
  if (request.url.startsWith('/v1/sante')) return response.end('{}');
  if (fs.existsSync(receipt)) return response.end(fs.readFileSync(receipt));
  response.statusCode = 404;
  return response.end();
}

const server = https.createServer({
  key: fs.readFileSync(path.join(pki, 'keys', 'centre-tls.key')),
  cert: fs.readFileSync(path.join(pki, 'centre-tls.crt')),
  ca: fs.readFileSync(path.join(pki, 'root.crt')),
  requestCert: true,
  rejectUnauthorized: true,
}, answer);
server.listen(0, '127.0.0.1', () => {
  fs.writeFileSync(portFile + '.tmp', String(server.address().port));
  fs.renameSync(portFile + '.tmp', portFile);
});
