// node harness.mjs ORIGIN LOOPBACK FILE...   in a copy of the outside harness
//
// Has its own check look at many files in one process and prints one JSON line for each: {file, failed: [check]}.
// With UNTIL_NO a file that fails by its form or its signature is not looked at further.
import fs from 'node:fs';
import {installNet} from './lib/net.mjs';

const [origin, loopback, ...files] = process.argv.slice(2);
installNet({maps: [`${origin}=${loopback}`]});
const {verify} = await import('./lib/core.mjs'); // takes hold of fetch, so it comes after the network

const rest = new Set(['schema', 'rules', 'validity', 'verifier-core', 'jwt-claims', 'status']);

for (const file of files) {
  const content = fs.readFileSync(file);
  let failed = process.env.UNTIL_NO ? (await verify(content, {skip: rest})).failed : [];
  if (!failed.length) failed = (await verify(content)).failed;
  process.stdout.write(JSON.stringify({file, failed}) + '\n');
}
