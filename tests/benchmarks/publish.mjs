// What the benchmarks have in common.
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import net from 'node:net';
import path from 'node:path';

export const root = path.join(import.meta.dirname, '..', '..');

// No build server stays behind, which would hold the output open.
const quiet = ['--nologo', '-v', 'quiet', '-p:UseSharedCompilation=false'];

/** Publishes a project for this machine, and tells where. */
export function publish(project, output) {
  const result = spawnSync('dotnet', ['publish', project, '--output', output, '--artifacts-path', `${output}-build`, ...quiet], {
    cwd: root, stdio: 'inherit', env: { ...process.env, MSBUILDDISABLENODEREUSE: '1' },
  });
  if (result.status !== 0) throw new Error(`dotnet publish ${project} failed`);
  return output;
}

export async function freePort() {
  const server = net.createServer();
  await new Promise((resolve, reject) => server.on('error', reject).listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise(resolve => server.close(resolve));
  return port;
}

const children = [];

// An end by a signal leaves none of them behind.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => { stopAll(); process.exit(1); });

/** Starts a program that stopAll ends. */
export function start(program, args, env, cwd) {
  const child = spawn(program, args, { env, cwd, stdio: ['ignore', 'ignore', 'inherit'] });
  children.push(child);
  return child;
}

export function stopAll() {
  for (const child of children) child.kill('SIGKILL');
}

/** Azurite, tables only, with its data in memory; strict, as the tests start it, it refuses what Azure refuses. */
export async function startAzurite({ strict = false } = {}) {
  const [name, port, key] = ['bench', await freePort(), randomBytes(64).toString('base64')];
  const folder = path.join(root, 'tests', 'azurite');
  const main = path.join(folder, 'node_modules', 'azurite', 'dist', 'src', 'table', 'main.js');
  const required = strict ? ['--require', path.join(folder, 'strict.js')] : [];
  const child = start(process.execPath, [...required, main, '--inMemoryPersistence', '--silent', '--disableTelemetry',
    '--skipApiVersionCheck', '--tableHost', '127.0.0.1', '--tablePort', `${port}`], { ...process.env, AZURITE_ACCOUNTS: `${name}:${key}` });
  while (!(await isListening(port))) {
    if (child.exitCode !== null) throw new Error(`Azurite ended with ${child.exitCode}`);
    await new Promise(resolve => setTimeout(resolve, 50));
  }
  const endpoint = `http://127.0.0.1:${port}/${name}`;
  const connectionString = `DefaultEndpointsProtocol=http;AccountName=${name};AccountKey=${key};TableEndpoint=${endpoint};`;
  return { pid: child.pid, name, key, endpoint, connectionString };
}

function isListening(port) {
  return new Promise(resolve => {
    const socket = net.connect(port, '127.0.0.1').on('error', () => resolve(false)).on('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });
}
