// Loaded into Azurite before it starts (node --require): it refuses what Azure Table Storage refuses and Azurite lets pass,
// by looking at each request as it was really sent. Source: "Understanding the Table service data model", "Querying tables
// and entities", "Performing entity group transactions".
'use strict';

const http = require('http');

const EARLIEST = '1601-01-01';
const KEY_LENGTH = 512;
const VALUE_BYTES = 64 * 1024;
const ROW_BYTES = 1024 * 1024;
const COLUMNS = 252;
const COMPARISONS = 15;
const ACTIONS = 100;
const BATCH_BYTES = 4 * 1024 * 1024;

const TYPE = '@odata.type';
const ILLEGAL_IN_KEYS = /[/\\#?\u0000-\u001f\u007f-\u009f]/;

const emit = http.Server.prototype.emit;

http.Server.prototype.emit = function (event, request, response) {
  if (event !== 'request') return emit.apply(this, arguments);
  const fault = faultOfUrl(request.url);
  if (fault) return refuse(response, fault);
  const { push } = request;
  const chunks = [];
  // The end of a body is kept from Azurite where the body is refused.
  request.push = function (chunk) {
    if (chunk !== null) chunks.push(chunk);
    else {
      const faultOfBody = faultOf(request, Buffer.concat(chunks).toString());
      if (faultOfBody) return refuse(response, faultOfBody);
    }
    return push.apply(this, arguments);
  };
  return emit.apply(this, arguments);
};

function refuse(response, [code, value]) {
  response.writeHead(400, { 'Content-Type': 'application/json', 'x-ms-error-code': code, Connection: 'close' });
  response.end(JSON.stringify({ 'odata.error': { code, message: { lang: 'en-US', value } } }));
  return false;
}

function faultOf(request, body) {
  if (!body) return null;
  if (!request.url.includes('/$batch')) return faultOfRow(body);
  if (body.length > BATCH_BYTES) return ['RequestBodyTooLarge', `The transaction has ${body.length} bytes.`];
  const lines = body.split('\r\n');
  const urls = lines.map(line => /^[A-Z]+ (\S+) HTTP\/1\.1$/.exec(line)).filter(match => match).map(match => match[1]);
  if (urls.length > ACTIONS) return ['InvalidInput', `The transaction has ${urls.length} actions.`];
  return first(urls.map(faultOfUrl)) ?? first(lines.filter(line => line.startsWith('{')).map(faultOfRow));
}

const first = faults => faults.find(fault => fault) ?? null;

function faultOfUrl(url) {
  const [path, query] = url.split('?');
  const keys = /\(PartitionKey='((?:[^']|'')*)',RowKey='((?:[^']|'')*)'\)$/.exec(decodeURIComponent(path));
  const fault = keys && (faultOfKey(keys[1]) ?? faultOfKey(keys[2]));
  if (fault) return fault;
  const filter = new URLSearchParams(query ?? '').get('$filter') ?? '';
  const comparisons = filter.replace(/'(?:[^']|'')*'/g, '').match(/\b(?:eq|ne|gt|ge|lt|le)\b/g) ?? [];
  return comparisons.length > COMPARISONS ? ['InvalidInput', `The filter has ${comparisons.length} comparisons.`] : null;
}

function faultOfKey(key) {
  if (key.length > KEY_LENGTH) return ['KeyValueTooLarge', `A key has ${key.length} characters.`];
  return ILLEGAL_IN_KEYS.test(key) ? ['OutOfRangeInput', `A key has an illegal character: ${JSON.stringify(key)}.`] : null;
}

function faultOfRow(json) {
  const row = JSON.parse(json);
  if (typeof row.PartitionKey !== 'string') return null;
  const columns = Object.keys(row).filter(name => !name.includes('odata.') && !['PartitionKey', 'RowKey', 'Timestamp'].includes(name));
  if (columns.length > COLUMNS) return ['TooManyProperties', `A row has ${columns.length} columns.`];
  let size = 4 + 2 * (row.PartitionKey.length + row.RowKey.length);
  for (const name of columns) {
    const [value, type] = [row[name], row[name + TYPE]];
    if (type === 'Edm.DateTime' && value < EARLIEST) return ['OutOfRangeInput', `${name} is ${value}.`];
    const bytes = type === 'Edm.Binary' ? Buffer.byteLength(value, 'base64') : typeof value === 'string' && !type ? 2 * value.length : 16;
    if (bytes > VALUE_BYTES) return ['PropertyValueTooLarge', `${name} has ${bytes} bytes.`];
    size += 8 + 2 * name.length + bytes;
  }
  if (size > ROW_BYTES) return ['EntityTooLarge', `A row has ${size} bytes.`];
  return faultOfKey(row.PartitionKey) ?? faultOfKey(row.RowKey);
}
