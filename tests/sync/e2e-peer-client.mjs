// SPDX-License-Identifier: EUPL-1.2
// A tus client that nobody here wrote (tus-js-client) against our centre.
// node e2e-peer-client.mjs URL STATION FILE SHA256 CHUNK DURING-CREATION ABORT-AT
import fs from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';

const [url, station, file, sha256, chunk, during, abortAt] = process.argv.slice(2);
const require = createRequire(path.join(process.env.GUICHET_PEERS, 'x.js'));
const tus = require('tus-js-client');
const read = (...names) => fs.readFileSync(path.join(station, ...names));

const upload = new tus.Upload(fs.createReadStream(file), {
  endpoint: url + '/v1/depots',
  uploadSize: fs.statSync(file).size,
  chunkSize: Number(chunk),
  metadata: { sha256 },
  uploadDataDuringCreation: during === 'yes',
  retryDelays: null,
  httpStack: new tus.DefaultHttpStack({
    key: read('keys', 'tls.key'), cert: read('keys', 'tls.crt'), ca: read('trust', 'root.crt'),
  }),
  onChunkComplete(size, accepted) {
    if (Number(abortAt) > 0 && accepted >= Number(abortAt)) process.exit(3);
  },
  onError(error) {
    console.error(String(error));
    process.exit(1);
  },
  onSuccess() {
    process.exit(0);
  },
});
upload.start();
