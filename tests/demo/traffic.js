// Guests who arrive at the demo account and agents who answer them, so that there is something to look at: ./run --demo-traffic.
// Other guests, and the account's first agents, are left to whoever plays them.
const { randomUUID } = require('node:crypto');
const { setTimeout: sleep } = require('node:timers/promises');

const tickSeconds = 2;
const arrivalsPerMinute = 12;
const keptMinutes = 30;
const guestPrefix = 'demo-';

const queueIds = [14101, 14111, 14121, 14131];
const agents = [
  ['Ada Brown', [14101, 14111]], ['Ben Clark', [14101]], ['Cleo Davis', [14111, 14121]],
  ['Dan Evans', [14121, 14131]], ['Eve Foster', [14101, 14131]], ['Finn Gray', [14111]],
].map(([displayName, queues], index) => ({
  id: 201 + index,
  name: displayName.toLowerCase().replace(' ', '-'),
  displayName,
  queues: queues.map(queueId => ({ queueId })),
}));

// Call: (method, path, body, headers) answers { status, body, etag }.
module.exports = async function run(call, isOver) {
  await hire(call);
  const plans = new Map();
  for (const agent of agents) await call('PUT', `agents/${agent.id}/presence`, { status: 'available' });
  while (!isOver()) {
    const since = new Date(Date.now() - keptMinutes * 60_000).toISOString();
    const { body } = await call('GET', `contacts?limit=200&since=${since}`);
    for (const contact of body.items) await step(call, contact, planOf(plans, contact));
    if (chance(arrivalsPerMinute * tickSeconds / 60)) await arrive(call);
    if (chance(0.06)) await moveAround(call);
    await sleep(tickSeconds * 1000);
  }
};

async function hire(call) {
  const { body: configuration, etag } = await call('GET', 'configuration');
  const missing = agents.filter(agent => !configuration.agents.some(({ id }) => id === agent.id));
  if (missing.length === 0) return;
  for (const queue of configuration.queues) Object.assign(queue, { wrapUp: true, wrapUpSeconds: 8 });
  await call('PUT', 'configuration', { ...configuration, agents: [...configuration.agents, ...missing] }, { 'If-Match': etag });
}

// How this guest and its agent behave, decided once for each state that the contact comes to.
function planOf(plans, { id, state }) {
  const key = `${id} ${state}`;
  if (!plans.has(key)) {
    const seconds = { queued: between(40, 240), offered: between(2, 9), active: between(15, 80) }[state] ?? Infinity;
    plans.set(key, { at: Date.now() + seconds * 1000, answers: !chance(0.08) });
  }
  return plans.get(key);
}

async function step(call, contact, plan) {
  if (Date.now() < plan.at) return;
  const { id, state, agentId, offer } = contact;
  const isOurs = wanted => agents.some(agent => agent.id === wanted);
  if (state === 'queued' && id.startsWith(guestPrefix)) await call('POST', `contacts/${id}/cancel`, {});
  if (state === 'offered' && isOurs(offer.agentId))
    await call('POST', `contacts/${id}/${plan.answers ? 'accept' : 'decline'}`, { agentId: offer.agentId });
  if (state === 'active' && isOurs(agentId)) await call('POST', `contacts/${id}/complete`, { agentId });
}

const arrive = call => call('POST', 'contacts', {
  contactId: `${guestPrefix}${randomUUID().slice(0, 8)}`,
  ...(chance(0.4) ? { serviceId: 1933 } : { queueId: pick(queueIds) }),
  channel: pick(['chat', 'voice']),
  attributes: { subject: pick(['Invoice', 'Delivery', 'Password', 'Opening hours']) },
});

// Somebody may leave the desk, or comes back.
async function moveAround(call) {
  const { id } = pick(agents);
  const { body } = await call('GET', `agents/${id}`);
  const leaves = body.status === 'available' && chance(0.3);
  await call('PUT', `agents/${id}/presence`, { status: leaves ? pick(['busy', 'logged_out']) : 'available' });
}

const chance = part => Math.random() < part;

const between = (least, most) => least + Math.random() * (most - least);

const pick = list => list[Math.floor(Math.random() * list.length)];
