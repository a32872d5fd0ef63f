// What a month costs: `node infra/cost.mjs`. Replace the prices by those of your region, and the busy month by yours.
const prices = { // USD
  gigabyteSecond: 0.000026, // on demand
  freeGigabyteSeconds: 100_000,
  millionExecutions: 0.40,
  freeExecutions: 250_000,
  tenThousandTableOperations: 0.00045, // ZRS
  tenThousandBlobOperations: 0.0044, // LRS, leases
  gigabyteInTables: 0.06,
  gigabyteOfLogs: 2.76,
  freeGigabytesOfLogs: 5,
  alertEvery5Minutes: 1.50,
  alertEvery15Minutes: 0.50,
};
const memoryInGigabytes = 2; // parameter instanceMemoryMB
const secondsInMonth = 30 * 24 * 3600;
const hours = 22 * 10 * 3600; // of business in a month, in seconds

// A tick is billed for a second at least, also when it finds nothing. `operations` are table transactions.
const timers = [
  { name: 'StatusSnapshot', every: 5, operationsPerTick: 2, operationsPerDueAccount: 4 },
];

// The operations of each request are those of docs/operations.md, "What operations cost".
const months = {
  idle: { requests: [], httpSeconds: 0, dueAccounts: 0, dueSeconds: 0, gigabytesInTables: 0.1 },
  busy: {
    // 20 accounts with 10 agents each: 10 logins and logouts an agent and day, a resolution a second, a wallboard an account.
    requests: [
      { name: 'agent event', count: 200 * 22 * 10, operations: 3 }, // with its move into the history: a write for some thirty, or for itself
      { name: 'resolution', count: hours, operations: 4 },
      { name: 'status export', count: 20 * hours / 10, operations: 1 },
    ],
    // Three requests a second keep one instance busy for the whole of the business hours.
    httpSeconds: hours,
    dueAccounts: 20,
    dueSeconds: hours,
    gigabytesInTables: 1,
  },
};

const leasesPerMinute = 20; // of the host, on its own account; estimated
const kilobytesOfLogsPerExecution = 1.2; // estimated; sampling caps it at five a second and instance

function items({ requests, httpSeconds, dueAccounts, dueSeconds, gigabytesInTables }) {
  const sum = (list, value) => list.reduce((total, item) => total + value(item), 0);
  const executions = sum(timers, timer => secondsInMonth / timer.every) + sum(requests, request => request.count);
  const seconds = sum(timers, timer => secondsInMonth / timer.every) + httpSeconds;
  const operations = sum(timers, timer => secondsInMonth / timer.every * timer.operationsPerTick + dueSeconds / timer.every * dueAccounts * timer.operationsPerDueAccount)
    + sum(requests, request => request.count * request.operations);
  const leases = secondsInMonth / 60 * leasesPerMinute;
  const logs = executions * kilobytesOfLogsPerExecution / 1e6;
  const beyond = (amount, free) => Math.max(0, amount - free);
  return [
    ['execution time, GB-s', seconds * memoryInGigabytes, beyond(seconds * memoryInGigabytes, prices.freeGigabyteSeconds) * prices.gigabyteSecond],
    ['executions', executions, beyond(executions, prices.freeExecutions) / 1e6 * prices.millionExecutions],
    ['table operations', operations, operations / 1e4 * prices.tenThousandTableOperations],
    ['GB in tables', gigabytesInTables, gigabytesInTables * prices.gigabyteInTables],
    ['lease operations', leases, leases / 1e4 * prices.tenThousandBlobOperations],
    ['GB of logs', logs, beyond(logs, prices.freeGigabytesOfLogs) * prices.gigabyteOfLogs],
    ['alerts', 1 + timers.length, prices.alertEvery5Minutes + timers.length * prices.alertEvery15Minutes],
  ];
}

const [idle, busy] = [items(months.idle), items(months.busy)];
const number = value => value.toLocaleString('en-US', { maximumFractionDigits: value < 10 ? 1 : 0 });
const total = list => list.reduce((sum, item) => sum + item[2], 0).toFixed(2);
console.log('| item | idle month | USD | busy month | USD |\n|---|---|---|---|---|');
idle.forEach(([name, amount, cost], i) => console.log(`| ${name} | ${number(amount)} | ${cost.toFixed(2)} | ${number(busy[i][1])} | ${busy[i][2].toFixed(2)} |`));
console.log(`| **sum** | | **${total(idle)}** | | **${total(busy)}** |`);
