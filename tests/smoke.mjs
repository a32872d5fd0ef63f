// The main job against a running app with the demo account: `node tests/smoke.mjs`, while `./run` or `./run --func` runs.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const demo = JSON.parse(readFileSync(new URL('../.local/demo.json', import.meta.url)));

const sink = status => answer(`/hooks/${demo.sinkToken}/agent-events?agent_id=136&agent_status=${status}&agent_type=local&event_source=phone`);
const operators = async () => (await answer(`/lg/export/status.php?token=${demo.exportToken}&format=json`)).operators.length;

await sink('logged_out');
await until('the export is empty', async () => await operators() === 0);
const form = new URLSearchParams({ grant_type: 'client_credentials', client_id: demo.clientId, client_secret: demo.clientSecret });
const bearer = { headers: { Authorization: `Bearer ${(await answer('/oauth/token', { method: 'POST', body: form })).access_token}` } };
assert.equal((await answer('/routing/v1/services/1933/resolution', bearer)).availability, 'closed');
await sink('available');
assert.equal((await answer('/routing/v1/services/1933/resolution', bearer)).availability, 'open');
await until('the timer puts the login into the export', async () => await operators() === 1);
assert.equal((await fetch(`${demo.origin}/healthz`, { method: 'DELETE' })).status, 405);
await sink('logged_out');
console.log('The main job works.');

async function answer(path, options) {
  const response = await fetch(demo.origin + path, options);
  const text = await response.text();
  assert.ok(response.ok, `${response.status}: ${text}`);
  return JSON.parse(text);
}

async function until(what, condition) {
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; await sleep(500)) if (await condition()) return;
  assert.fail(`Not within a minute: ${what}`);
}
