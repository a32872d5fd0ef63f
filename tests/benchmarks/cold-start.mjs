// From process start to the first answer, against a bare ASP.NET Core app, in one run: `node tests/benchmarks/cold-start.mjs [ROUNDS]`.
// Both are published for this machine and started in turns; no storage is needed for the route that is asked.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { freePort, publish } from './publish.mjs';

const rounds = Number(process.argv[2] ?? 20);
const folder = mkdtempSync(path.join(os.tmpdir(), 'contactrouting-cold-start-'));
const env = {
  ...process.env,
  Logging__LogLevel__Default: 'Warning',
  Tables__connectionString: 'DefaultEndpointsProtocol=http;AccountName=none;TableEndpoint=http://127.0.0.1:9/none;'
    + `AccountKey=${randomBytes(64).toString('base64')};`,
  Operator__key: randomBytes(32).toString('hex'),
  Encryption__currentKey: `k:${randomBytes(32).toString('base64')}`,
};

try {
  const apps = {
    bare: [publish(path.join('tests', 'benchmarks', 'bare.cs'), path.join(folder, 'bare')), 'bare.dll', []],
    product: [publish('functions', path.join(folder, 'product')), 'ContactRouting.Functions.dll', ['serve']],
  };
  const times = Object.fromEntries(Object.keys(apps).map(name => [name, []]));
  for (let round = 0; round <= rounds; round++) {
    for (const [name, [output, dll, verb]] of Object.entries(apps)) {
      const milliseconds = await start([path.join(output, dll), ...verb]);
      // The first round fills the disk's cache.
      if (round > 0) times[name].push(milliseconds);
    }
  }
  const median = list => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)];
  for (const [name, list] of Object.entries(times)) {
    const [middle, least, most] = [median(list), Math.min(...list), Math.max(...list)].map(value => value.toFixed(0));
    console.log(`${name}: median ${middle} ms, from ${least} to ${most}`);
  }
  console.log(`ratio: ${(median(times.product) / median(times.bare)).toFixed(2)}`);
} finally {
  rmSync(folder, { recursive: true });
}

async function start(args) {
  const port = await freePort();
  const begin = performance.now();
  const child = spawn('dotnet', [...args, '--urls', `http://127.0.0.1:${port}`], { env, stdio: 'ignore', cwd: path.dirname(args[0]) });
  const ended = new Promise(resolve => child.on('exit', resolve));
  try {
    while (child.exitCode === null) {
      const answer = await fetch(`http://127.0.0.1:${port}/healthz`, { signal: AbortSignal.timeout(60_000) }).catch(() => null);
      if (answer?.ok) return performance.now() - begin;
      await new Promise(resolve => setTimeout(resolve, 2));
    }
    throw new Error(`${args[0]} ended with ${child.exitCode}`);
  } finally {
    child.kill('SIGKILL');
    await ended;
  }
}
