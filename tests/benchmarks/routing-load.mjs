// What routing does in a second, and what a sweep of a large account costs: `node tests/benchmarks/routing-load.mjs [FOLDER]`, with
// the folder of a published app; without one it publishes one. It takes about three minutes, and needs Linux.
import { createHmac, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { freePort, publish, start, startAzurite, stopAll } from './publish.mjs';

const folder = mkdtempSync(path.join(os.tmpdir(), 'contactrouting-routing-load-'));
const operatorKey = randomBytes(32).toString('hex');
const agent = new http.Agent({ keepAlive: true, maxSockets: Infinity });
const warmUp = 5;
const seconds = 15;
const logins = 60;
const rounds = 5;
const large = { agents: 10_000, queues: 200, waiting: 20_000, free: 100 };

try {
  const app = process.argv[2] ? path.resolve(process.argv[2]) : publish('functions', path.join(folder, 'app'));
  const storage = await startAzurite({ strict: true });
  const env = {
    ...process.env,
    Logging__LogLevel__Default: 'Error',
    StatusSnapshotSchedule: '0 0 0 1 1 *',
    Tables__connectionString: storage.connectionString,
    Operator__key: operatorKey,
    Encryption__currentKey: `k:${randomBytes(32).toString('base64')}`,
  };
  const product = { app, env, storage, ...await startApp(app, env) };
  console.log(`${os.cpus().length} cores, load ${os.loadavg()[0].toFixed(1)} before`);
  for (const clients of [1, 4]) await lives(product, clients);
  await loginsAtOnce(product);
  await sweeps(product);
} finally {
  stopAll();
  agent.destroy();
  rmSync(folder, { recursive: true });
}

async function startApp(app, env) {
  const port = await freePort();
  const child = start('dotnet', [path.join(app, 'ContactRouting.Functions.dll'), 'serve', '--urls', `http://127.0.0.1:${port}`], env, app);
  while (!(await send(port, 'GET', '/healthz').catch(() => null))) {
    if (child.exitCode !== null) throw new Error(`The app ended with ${child.exitCode}`);
    await new Promise(resolve => setTimeout(resolve, 50));
  }
  return { port, pid: child.pid };
}

/** Whole lives of contacts: arrive, accept, complete. */
async function lives(product, clients) {
  const { call } = await account(product, account => ({
    queues: [{ id: 1, name: `q1-${account}` }],
    agents: agents(account, 10, () => [1]),
  }));
  for (let id = 1; id <= 10; id++) await call('PUT', `/routing/v1/agents/${id}/presence`, { status: 'available' });
  await run(warmUp);
  const before = [cpu(product.pid), cpu(product.storage.pid)];
  const times = await run(seconds);
  const used = [cpu(product.pid), cpu(product.storage.pid)].map((now, index) => ((now - before[index]) / times.length * 1000).toFixed(1));
  console.log(`${clients} at once: ${(times.length / seconds).toFixed(1)} lives a second, ${latencies(times)};`
    + ` CPU a life: app ${used[0]} ms, emulator ${used[1]} ms`);

  async function run(length) {
    const [end, taken] = [performance.now() + length * 1000, []];
    await Promise.all(Array.from({ length: clients }, async () => {
      while (performance.now() < end) {
        const begin = performance.now();
        const { id, offer } = await call('POST', '/routing/v1/contacts', { queueId: 1 });
        if (!offer) throw new Error(`Contact ${id} waits though there are more agents than clients`);
        await call('POST', `/routing/v1/contacts/${id}/accept`, { agentId: offer.agentId });
        await call('POST', `/routing/v1/contacts/${id}/complete`, {});
        taken.push(performance.now() - begin);
      }
    }));
    return taken;
  }
}

/** Everybody logs in at the same moment, and as many contacts wait. */
async function loginsAtOnce(product) {
  const { call } = await account(product, account => ({
    queues: [{ id: 1, name: `q1-${account}`, offerSeconds: 300 }],
    agents: agents(account, logins, () => [1]),
  }));
  const all = Array.from({ length: logins }, (_, index) => index + 1);
  const times = [];
  for (let round = 0; round <= rounds; round++) {
    for (const id of all) await call('PUT', `/routing/v1/agents/${id}/presence`, { status: 'busy' });
    for (const id of all) await call('POST', '/routing/v1/contacts', { queueId: 1, contactId: `r${round}-${id}` });
    const taken = await Promise.all(all.map(async id => {
      const begin = performance.now();
      await call('PUT', `/routing/v1/agents/${id}/presence`, { status: 'available' });
      return performance.now() - begin;
    }));
    // The first round warms up.
    if (round > 0) times.push(...taken);
    const states = await Promise.all(all.map(id => call('GET', `/routing/v1/contacts/r${round}-${id}`)));
    const asked = new Set(states.map(contact => contact.offer?.agentId));
    if (round > 0 && (asked.size !== logins || asked.has(undefined)))
      console.log(`  ${states.filter(contact => !contact.offer).length} wait for the next sweep`);
    for (const id of all) await call('POST', `/routing/v1/contacts/r${round}-${id}/cancel`, {});
  }
  console.log(`${logins} logins at once, ${logins} waiting: ${latencies(times)}`);
}

/**
 * Visits of an account where everybody handles a contact, thousands wait, and those who are free serve a queue where nobody waits.
 * One agent is configured; the rows of the others are written into the storage like its own.
 */
async function sweeps(product) {
  const groupOf = id => id <= large.free ? large.queues : 1 + (id % (large.queues - 1));
  const group = number => `GR_${`${number}`.padStart(16, '0')}`;
  const all = Array.from({ length: large.queues }, (_, index) => index + 1);
  const { id: accountId } = await account(product, account => ({
    queues: all.map(id => ({ id, name: `q${id}-${account}` })),
    groups: all.map(id => ({ id: group(id), displayName: group(id) })),
    groupRoutings: all.map(id => ({ queueId: id, groupId: group(id) })),
    agents: [{ id: 1, name: `a1-${account}`, groups: [group(groupOf(1))] }],
  }));
  const { storage } = product;
  const now = new Date().toISOString();
  const number = value => `${value}`.padStart(10, '0');
  const at = name => ({ [`${name}@odata.type`]: 'Edm.DateTime', [name]: now });
  const templates = (await read(storage, accountId)).filter(row => /^[dp]\|/.test(row.RowKey) && JSON.stringify(row).includes('a1-'));
  const rows = [];
  for (let id = 1; id <= large.agents; id++) {
    for (const template of templates) {
      const text = JSON.stringify(template).replaceAll('a1-', `a${id}-`).replace(`|${number(1)}"`, `|${number(id)}"`)
        .replace(/AG_[A-Z0-9]{16}/gi, `AG_${`${id}`.padStart(16, '0')}`).replaceAll(group(groupOf(1)), group(groupOf(id)));
      const row = { ...JSON.parse(text), ...(template.AgentId ? { AgentId: id } : { Id: id }) };
      const load = id <= large.free ? [] : [{ contactId: `chat-${id}`, cost: 1 }];
      const presence = { Status: 'Available', Load: JSON.stringify(load), ...at('OnlineSince'), ...at('StatusSince'), ...at('IdleSince') };
      rows.push(row.RowKey.startsWith('p|') ? { ...row, ...presence } : row);
    }
    const handled = { AgentId: id, State: 'Active', QueueId: groupOf(id), ...at('AcceptedAt') };
    if (id > large.free) rows.push({ RowKey: `r|${number(id)}|chat-${id}`, ...handled });
  }
  const ticks = BigInt(Date.now()) * 10_000n + 621_355_968_000_000_000n;
  for (let index = 0; index < large.waiting; index++) {
    const place = `${number(1_073_741_823)}${`${ticks + BigInt(index)}`.padStart(19, '0')}|guest-${index}`;
    const guest = { ContactId: `guest-${index}`, Channel: 'chat', Passed: '[]', Left: '[]', ...at('WaitingSince') };
    rows.push({ RowKey: `q|q${number(1 + (index % (large.queues - 1)))}|${place}`, ...guest });
  }
  console.log(`  ${rows.length} rows are written; that takes a while`);
  for (let begin = 0; begin < rows.length; begin += 100) await write(storage, accountId, rows.slice(begin, begin + 100));

  // A process that reads all of that.
  const fresh = await startApp(product.app, product.env);
  const costs = [];
  for (let round = 0; round <= rounds; round++) {
    const [before, begin] = [cpu(fresh.pid), performance.now()];
    await send(fresh.port, 'POST', '/operator/v1/sweeps', {}, operatorKey);
    if (round > 0) costs.push({ cpu: cpu(fresh.pid) - before, time: (performance.now() - begin) / 1000 });
  }
  const median = name => costs.map(cost => cost[name]).toSorted((a, b) => a - b)[Math.floor(rounds / 2)].toFixed(2);
  console.log(`visit with ${large.agents} agents and ${large.waiting} waiting, reading and snapshot included:`
    + ` CPU ${median('cpu')} s, ${median('time')} s, medians of ${rounds}`);
}

function agents(account, count, queuesOf) {
  return Array.from({ length: count }, (_, index) => ({
    id: index + 1, name: `a${index + 1}-${account}`, queues: queuesOf(index + 1).map(queueId => ({ queueId })),
  }));
}

/** A new account with a configuration. */
async function account({ port }, documentOf) {
  const { id, clientId, clientSecret } = await patiently(() =>
    send(port, 'POST', '/operator/v1/accounts', { name: 'Load' }, operatorKey));
  const form = new URLSearchParams({ grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret });
  const { access_token: token } = await send(port, 'POST', '/oauth/token', form);
  const call = (method, address, body, headers) => send(port, method, address, body, token, headers);

  await patiently(() => call('PUT', '/routing/v1/configuration', documentOf(id), { 'If-Match': '*' }));
  return { id, call };
}

/** Again where the emulator is too slow for one request. */
async function patiently(request) {
  for (let attempts = 1; ; attempts++) {
    try {
      return await request();
    } catch (error) {
      if (error.status !== 503 || attempts === 20) throw error;
    }
  }
}

function send(port, method, address, body, token, headers = {}) {
  return new Promise((resolve, reject) => {
    const isForm = body instanceof URLSearchParams;
    const text = isForm ? body.toString() : body && JSON.stringify(body);
    const type = text && { 'Content-Type': isForm ? 'application/x-www-form-urlencoded' : 'application/json' };
    const authorization = token && { Authorization: `Bearer ${token}` };
    const options = { host: '127.0.0.1', port, method, path: address, agent, headers: { ...headers, ...authorization, ...type } };
    const request = http.request(options, response => {
      const chunks = [];
      response.on('error', reject).on('data', chunk => chunks.push(chunk)).on('end', () => {
        const [status, answer] = [response.statusCode, Buffer.concat(chunks).toString()];
        if (status < 300) resolve(JSON.parse(answer));
        else reject(Object.assign(new Error(`${method} ${address}: ${status} ${answer}`), { status }));
      });
    });
    request.on('error', reject).end(text);
  });
}

/** Writes rows of an account into the live table, in one transaction. */
async function write(storage, accountId, rows) {
  const parts = rows.map(row => [
    '--changeset_0', 'Content-Type: application/http', 'Content-Transfer-Encoding: binary', '',
    `PUT ${storage.endpoint}/Live(PartitionKey='${accountId}',RowKey='${encodeURIComponent(row.RowKey)}') HTTP/1.1`,
    'Content-Type: application/json', 'Accept: application/json;odata=minimalmetadata', 'DataServiceVersion: 3.0', '',
    JSON.stringify({ PartitionKey: `${accountId}`, ...row }), '',
  ].join('\r\n')).join('');
  const body = `--batch_0\r\nContent-Type: multipart/mixed; boundary=changeset_0\r\n\r\n${parts}--changeset_0--\r\n--batch_0--\r\n`;
  const headers = { 'Content-Type': 'multipart/mixed; boundary=batch_0' };
  const text = await (await askStorage(storage, 'POST', '$batch', '', { headers, body })).text();
  if (/ [45]\d\d /.test(text)) throw new Error(text);
}

async function read(storage, accountId) {
  const query = `?$filter=${encodeURIComponent(`PartitionKey eq '${accountId}'`)}`;
  const headers = { Accept: 'application/json;odata=minimalmetadata' };
  const { value } = await (await askStorage(storage, 'GET', 'Live()', query, { headers })).json();
  return value.map(({ 'odata.etag': _, Timestamp: __, 'Timestamp@odata.type': ___, ...row }) => row);
}

async function askStorage({ endpoint, name, key }, method, resource, query, { headers, body }) {
  const date = new Date().toUTCString();
  const signed = `${date}\n/${name}${new URL(endpoint).pathname}/${resource}`;
  const signature = createHmac('sha256', Buffer.from(key, 'base64')).update(signed).digest('base64');
  const versions = { 'x-ms-date': date, 'x-ms-version': '2019-02-02', DataServiceVersion: '3.0' };
  const answer = await fetch(`${endpoint}/${resource}${query}`, {
    method, body, headers: { ...headers, ...versions, Authorization: `SharedKeyLite ${name}:${signature}` },
  });
  if (!answer.ok) throw new Error(`${method} ${resource}: ${answer.status} ${await answer.text()}`);
  return answer;
}

/** The CPU time that a process has used, in seconds. */
function cpu(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

function latencies(times) {
  const sorted = times.toSorted((a, b) => a - b);
  const at = share => sorted[Math.floor(share * (sorted.length - 1))].toFixed(1);
  return `p50 ${at(0.5)} ms, slowest ${at(1)} ms`;
}
