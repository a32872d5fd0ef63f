// Prints what a monitor makes of the metrics on the standard input, as JSON.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const parse = createRequire(import.meta.url)('parse-prometheus-text-format');
console.log(JSON.stringify((parse.default ?? parse)(readFileSync(process.argv[2], 'utf8'))));
