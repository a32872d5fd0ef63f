// What an account at its limit costs the process that serves it, and what guessing passwords costs everybody else:
// `node tests/benchmarks/large-directory.mjs [FOLDER]`, with the folder of a published app; without one it publishes one. Needs Linux.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { freePort, publish, start, startAzurite, stopAll } from './publish.mjs';

const folder = mkdtempSync(path.join(os.tmpdir(), 'contactrouting-large-directory-'));
const parallel = 8;
const guessers = 32;
const seconds = 20;
const operatorKey = randomBytes(32).toString('hex');
// A connection for each request under way.
const agent = new http.Agent({ keepAlive: true, maxSockets: Infinity });

try {
  const app = process.argv[2] ?? publish('functions', path.join(folder, 'app'));
  const env = {
    ...process.env,
    Logging__LogLevel__Default: 'Error',
    Tables__connectionString: (await startAzurite()).connectionString,
    Operator__key: operatorKey,
    Encryption__currentKey: `k:${randomBytes(32).toString('base64')}`,
  };
  const run = work => withApp(app, env, work);
  const services = Array.from({ length: parallel + 2 }, (_, index) => 90001 + index);
  const more = Array.from({ length: 100 }, (_, index) => 91001 + index);
  for (const [kind, document] of Object.entries({ texts: texts(services), records: records(more) })) {
    const bytes = JSON.stringify(document).length;
    const shown = document.services.map(({ id }) => `/js/libraryh3lp.json?${id}`);
    let token = null;
    await run(async ({ call }) => {
      const operator = { Authorization: `Bearer ${operatorKey}` };
      const { clientId, clientSecret } = await call('POST', '/operator/v1/accounts', { headers: operator, body: { name: kind } });
      const form = new URLSearchParams({ grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret });
      token = (await call('POST', '/oauth/token', { body: form })).access_token;
      // Where the emulator is too slow for one request, the same document finishes what it began.
      const put = { headers: { Authorization: `Bearer ${token}`, 'If-Match': '*' }, body: document, raw: true, any: true };
      while ((await call('PUT', '/routing/v1/configuration', put)).status !== 200) console.log('  (the PUT goes on)');
    });
    console.log(`${kind}: a document of ${(bytes / 1e6).toFixed(1)} MB`);
    const read = { headers: { Authorization: `Bearer ${token}` }, raw: true };
    await run(async ({ call, measure }) => {
      await measure('first state of a page in a process', () => call('GET', shown[0]));
      await measure('that of another service', () => call('GET', shown[1]));
      await measure('the same again', () => call('GET', shown[1]));
      await measure('configuration', () => call('GET', '/routing/v1/configuration', read));
      await measure(`${parallel} configurations at once`, () =>
        Promise.all(Array.from({ length: parallel }, () => call('GET', '/routing/v1/configuration', read))));
    });
    await run(({ call, measure }) => measure(`first states of ${parallel} services at once in a process`, () =>
      Promise.all(shown.slice(0, parallel).map(address => call('GET', address)))));
    await run(({ call, measure }) => measure(`first ${parallel} configurations at once in a process`, () =>
      Promise.all(Array.from({ length: parallel }, () => call('GET', '/routing/v1/configuration', read)))));
  }
  await run(async ({ call }) => {
    const presence = () => call('GET', '/presence/jid/records-queue/chat.libraryh3lp.com/text', { raw: true });
    console.log(`presence alone: ${await latencies(presence)}`);
    let isOver = false;
    const answers = { checked: 0, 'sent away': 0 };
    const guessing = Array.from({ length: guessers }, async () => {
      while (!isOver) {
        const body = new URLSearchParams({ username: `nobody-${randomBytes(8).toString('hex')}`, password: 'a wrong password' });
        const answer = await call('POST', '/2011-12-03/auth/login', { body, raw: true, any: true });
        answers[answer.isBusy ? 'sent away' : 'checked']++;
      }
    });
    console.log(`presence beside ${guessers} that guess: ${await latencies(presence)}`);
    isOver = true;
    await Promise.all(guessing);
    const shares = Object.entries(answers).map(([what, count]) => `${(count / seconds).toFixed(1)} ${what}`);
    console.log(`guesses a second: ${shares.join(', ')}`);
  });
} finally {
  stopAll();
  agent.destroy();
  rmSync(folder, { recursive: true });
}

/** Few records with long texts. */
function texts(services) {
  const html = 'x'.repeat(30_000);
  const levels = Array.from({ length: 27 }, (_, number) => ({ id: `l${number}`, name: 'texts-queue', widgetId: 1, html }));
  return {
    queues: [{ id: 1, name: 'texts-queue' }],
    widgets: [{ id: 1 }],
    services: services.map(id => ({ id, name: 'A service', levels })),
  };
}

/** As many levels as there can be, with short texts. */
function records(services) {
  const html = 'x'.repeat(300);
  const levels = Array.from({ length: 200 }, (_, number) => ({ id: `l${number}`, name: 'records-queue', widgetId: 1, html }));
  return {
    queues: [{ id: 1, name: 'records-queue' }],
    widgets: [{ id: 1 }],
    services: services.map(id => ({ id, name: 'A service', levels })),
  };
}

async function latencies(request) {
  const times = [];
  for (const end = performance.now() + seconds * 1000; performance.now() < end; await new Promise(resolve => setTimeout(resolve, 20))) {
    const begin = performance.now();
    await request();
    times.push(performance.now() - begin);
  }
  times.sort((a, b) => a - b);
  const at = share => times[Math.floor(share * (times.length - 1))].toFixed(1);
  return `p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, ${times.length} requests`;
}

async function withApp(app, env, work) {
  const port = await freePort();
  const child = start('dotnet', [path.join(app, 'ContactRouting.Functions.dll'), 'serve', '--urls', `http://127.0.0.1:${port}`], env, app);
  const memory = name => Number(readFileSync(`/proc/${child.pid}/status`, 'utf8').match(new RegExp(`${name}:\\s+(\\d+)`))[1]) / 1024;
  const call = (method, address, { headers = {}, body, raw = false, any = false } = {}) => new Promise((resolve, reject) => {
    const isForm = body instanceof URLSearchParams;
    const text = isForm ? body.toString() : body && JSON.stringify(body);
    const type = text && { 'Content-Type': isForm ? 'application/x-www-form-urlencoded' : 'application/json' };
    const request = http.request({ host: '127.0.0.1', port, method, path: address, agent, headers: { ...headers, ...type } }, response => {
      const chunks = [];
      response.on('error', reject).on('data', chunk => { if (!raw) chunks.push(chunk); }).on('end', () => {
        const { statusCode: status, headers } = response;
        if (!any && status >= 300) reject(new Error(`${method} ${address}: ${status} ${Buffer.concat(chunks)}`));
        else resolve(raw ? { status, isBusy: 'retry-after' in headers } : JSON.parse(Buffer.concat(chunks).toString()));
      });
    });
    request.on('error', reject).end(text);
  });
  const measure = async (what, act) => {
    // The peak is counted from here on.
    writeFileSync(`/proc/${child.pid}/clear_refs`, '5');
    const [before, begin] = [memory('VmRSS'), performance.now()];
    await act();
    const time = performance.now() - begin;
    console.log(`  ${what}: ${time.toFixed(0)} ms, memory from ${before.toFixed(0)} to at most ${memory('VmHWM').toFixed(0)} MB`);
  };
  while (!(await call('GET', '/healthz').catch(() => null))) await new Promise(resolve => setTimeout(resolve, 50));
  await work({ call, measure });
  child.kill('SIGKILL');
}
