// What the benchmarks have in common.
import { spawnSync } from 'node:child_process';
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
