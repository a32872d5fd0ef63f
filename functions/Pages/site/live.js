// What goes on: queues, guests who wait and why, agents.
import { Target, targetOf } from './names.js';
import { Lines, Reasons, outcomeOf } from './reasons.js';
import { administrator as common, availabilities, decisions, live as texts, statuses } from './texts.js';
import {
  Confirm, Duration, More, Notice, Table, connectionNotice, html, secondsSince, timeOf, useActions, useAnswer, useNow, useOpening,
  usePages, useState,
} from './ui.js';

const statusSeconds = 2;
const waitingSeconds = 3;
const waitingShown = 100;
const mostAgents = 100;

export function Live({ api, names }) {
  const status = useAnswer(api, 'status', statusSeconds);
  const waiting = usePages(api, 'contacts?state=queued&include=decision,position', waitingShown, waitingSeconds);
  const now = useNow(status.skew);
  const [outcome, run] = useActions(() => Promise.all([status.ask(), waiting.ask()]));
  // A new account's status is not there before the first tick.
  return html`
    <${Notice} text=${connectionNotice(waiting) ?? (status.value && connectionNotice(status))} />
    ${outcome}
    ${waiting.value && html`<${Waiting} api=${api} list=${waiting} names=${names} now=${now} run=${run} />`}
    ${status.value && html`
      <${Queues} queues=${status.value.queues} names=${names} now=${now} />
      <${Agents} api=${api} status=${status.value} now=${now} run=${run} />`}`;
}

function Waiting({ api, list, names, now, run }) {
  const { items } = list.value;
  const cancel = id => run(async () => {
    await api.post(`contacts/${id}/cancel`);
    return texts.cancelled(id);
  });
  const transfer = (id, target) => run(async () => {
    const { body } = await api.post(`contacts/${id}/transfer?include=decision`, target);
    return [texts.transferred(id), body.decision && outcomeOf(body.decision, names)].filter(Boolean).join(' ');
  });
  return html`
    <section aria-labelledby="waiting">
      <h2 id="waiting">${texts.waiting}</h2>
      ${items.length === 0 && html`<p>${texts.nobodyWaits}</p>`}
      <ul class="cards">
        ${items.map(contact => html`<${Guest} key=${contact.id} contact=${contact} names=${names} now=${now}
          cancel=${() => cancel(contact.id)} transfer=${target => transfer(contact.id, target)} />`)}
      </ul>
      <${More} list=${list} />
    </section>`;
}

function Guest({ contact, names, now, cancel, transfer }) {
  const transferring = useOpening();
  const [isCancelling, setCancelling] = useState(false);
  const submit = event => {
    event.preventDefault();
    transferring.close();
    transfer(targetOf(new FormData(event.target).get('target')));
  };
  const { id, channel, priority, queueId, serviceId, attributes, position, estimatedWaitSeconds, decision } = contact;
  const place = [serviceId !== null && names.of('serviceId', serviceId), queueId !== null && names.of('queueId', queueId)];
  const select = `transfer-${id}`;
  return html`
    <li class="card">
      <h3>${id}</h3>
      <p>${texts.contact({
        channel,
        place: place.filter(Boolean).join(', '),
        priority,
        attributes: attributes && Object.values(attributes).filter(value => typeof value !== 'object').join(', '),
      })}</p>
      <p>
        ${texts.waits} <${Duration} seconds=${secondsSince(contact.enqueuedAt, now)} />.${' '}
        ${position != null && texts.position(position, Math.ceil(estimatedWaitSeconds / 60))}
      </p>
      <h4>${texts.why}</h4>
      ${decision ? html`<${Lines} decision=${decision} names=${names} />` : html`<p>${decisions.none}</p>`}
      <p class="actions">
        <button ...${transferring.button}>${texts.transfer}</button>
        <button type="button" onClick=${() => setCancelling(true)}>${texts.cancel}</button>
      </p>
      ${transferring.isOpen && html`
        <form class="actions" ...${transferring.part} onSubmit=${submit}>
          <label for=${select}>${texts.transferTo}</label>
          <${Target} id=${select} names=${names} />
          <button type="submit">${texts.transfer}</button>
        </form>`}
      ${isCancelling && html`<${Confirm} question=${texts.reallyCancel(id)} yes=${texts.cancelNow} no=${common.keep}
        answer=${isSure => {
          setCancelling(false);
          if (isSure) cancel();
        }} />`}
    </li>`;
}

const Queues = ({ queues, names, now }) => html`
  <section aria-labelledby="queues">
    <h2 id="queues">${texts.queues}</h2>
    ${queues.length === 0
      ? html`<p>${texts.noQueues}</p>`
      : html`<${Table} name=${texts.queues} columns=${texts.queueColumns}>
        ${queues.map(queue => html`
          <tr key=${queue.id}>
            <th scope="row">${queue.displayName}</th>
            <td>
              <span class=${`badge ${queue.availability}`}>${availabilities[queue.availability]}</span>
              <span class="quiet"> <${Reasons} reasons=${queue.reasons} names=${names} /></span>
            </td>
            <td>${queue.waiting}</td>
            <td>${queue.oldestWaitingSince && html`<${Duration} seconds=${secondsSince(queue.oldestWaitingSince, now)} />`}</td>
            <td>${texts.agentsOf(queue.agents)}</td>
            <td>${texts.todayOf(queue.today)}</td>
          </tr>`)}
      <//>`}
  </section>`;

function Agents({ api, status, now, run }) {
  // What was set here is shown at once, until the status is a newer one.
  const [set, remember] = useState({});
  const agents = status.agents.map(agent =>
    Date.parse(status.asOf) < (set[agent.id]?.at ?? 0) ? { ...agent, ...set[agent.id].answer } : agent);
  const change = (agent, wish) => run(async () => {
    const { body, now: at } = await api.put(`agents/${agent.id}/presence`, { status: wish });
    const answer = { status: body.status, statusSince: body.statusSince };
    remember(old => ({ ...old, [agent.id]: { at, answer } }));
    return texts.isNow(agent.displayName, statuses[body.status]);
  });
  const [wanted, find] = useState('');
  const order = Object.keys(statuses);
  const found = agents
    .filter(({ displayName }) => displayName.toLowerCase().includes(wanted.trim().toLowerCase()))
    .sort((one, other) =>
      order.indexOf(one.status) - order.indexOf(other.status) || one.displayName.localeCompare(other.displayName));
  return html`
    <section aria-labelledby="agents">
      <h2 id="agents">${texts.agents}</h2>
      ${agents.length === 0
        ? html`<p>${texts.noAgents}</p>`
        : html`
          <p><label>${texts.find} <input type="search" value=${wanted} onInput=${event => find(event.target.value)} /></label></p>
          <p class="quiet" role="status">${texts.found(Math.min(found.length, mostAgents), found.length)}</p>
          <${Table} name=${texts.agents} columns=${texts.agentColumns}>
            ${found.slice(0, mostAgents).map(agent => html`
              <${Agent} key=${agent.id} agent=${agent} now=${now} set=${wish => change(agent, wish)} />`)}
          <//>`}
    </section>`;
}

const Agent = ({ agent, now, set }) => html`
  <tr>
    <th scope="row">${agent.displayName}</th>
    <td>${statuses[agent.status]}</td>
    <td>${agent.statusSince && html`${timeOf(agent.statusSince)}, <${Duration} seconds=${secondsSince(agent.statusSince, now)} />`}</td>
    <td>${texts.places(agent.usedUnits, agent.capacityUnits)}</td>
    <td>
      <ul>
        ${agent.contacts.map(({ contactId, state, since }) => html`
          <li key=${contactId}>${texts.states[state]} ${contactId}, <${Duration} seconds=${secondsSince(since, now)} /></li>`)}
      </ul>
    </td>
    <td>
      <div class="choice" role="group" aria-label=${texts.setTo(agent.displayName)}>
        ${Object.entries(statuses).map(([word, text]) => html`
          <button type="button" aria-pressed=${agent.status === word} onClick=${() => set(word)}>${text}</button>`)}
      </div>
    </td>
  </tr>`;
