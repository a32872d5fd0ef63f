import { Api } from './api.js';
import { connection, availabilities, wallboard as texts } from './texts.js';
import {
  Duration, Notice, connectionNotice, duration, html, render, secondsSince, timeOf, useEffect, useAnswer, useNow, useRef,
} from './ui.js';

const refreshSeconds = 2;

function Wallboard({ token }) {
  const state = useAnswer(new Api(token), 'status', refreshSeconds);
  const status = state.value;
  const clock = useNow(state.skew);
  const problem = state.error?.status === 403 ? texts.noToken : connectionNotice(state);
  if (!status) return problem ? html`<${Notice} text=${problem} />` : html`<p class="narrow">${connection.loading}</p>`;
  const age = secondsSince(status.asOf, clock);
  const isStale = status.staleAfterSeconds !== null && age > status.staleAfterSeconds;
  const notice = problem ?? (isStale ? connection.stale(timeOf(status.asOf)) : null);

  // What is not known to go on stands still.
  const now = notice ? Date.parse(status.asOf) : clock;
  return html`
    <header class="bar">
      <h1>${texts.title}</h1>
      <p>${texts.asOf(timeOf(status.asOf))}</p>
    </header>
    <${Notice} text=${notice} />
    <main class=${notice ? 'board outdated' : 'board'}>
      <${Totals} status=${status} now=${now} />
      <${Queues} queues=${status.queues} now=${now} />
      <div class="below">
        <${Agents} agents=${status.agents} now=${now} />
        <div>
          <${Services} status=${status} />
          <${LastHour} minutes=${status.lastHour} />
        </div>
      </div>
    </main>`;
}

function Totals({ status: { totals }, now }) {
  const { agents, today } = totals;
  const longest = totals.oldestWaitingSince && html`<${Duration} seconds=${secondsSince(totals.oldestWaitingSince, now)} />`;
  const average = today.averageWaitSeconds === null ? texts.unknown : duration(today.averageWaitSeconds);
  return html`
    <section class="totals" aria-label=${texts.totals}>
      <${Figure} value=${totals.waiting} name=${texts.waiting} />
      <${Figure} value=${longest ?? texts.unknown} name=${texts.longestWait} />
      <${Figure} value=${agents.canServe} name=${texts.free} />
      <${Figure} value=${today.answered} name=${texts.answeredToday} />
      <${Figure} value=${today.abandoned} name=${texts.abandonedToday} />
      <${Figure} value=${percent(today.serviceLevel)} name=${texts.serviceLevel} />
      <${Figure} value=${average} name=${texts.averageWait} />
    </section>`;
}

const Figure = ({ value, name }) => html`<p class="figure"><strong>${value}</strong> <span>${name}</span></p>`;

const percent = part => (part === null ? texts.unknown : `${Math.round(part * 100)} %`);

// Those with guests and nobody free come first, then those with guests, the longest wait on top; the closed ones come last.
function Queues({ queues, now }) {
  const rank = ({ waiting, agents, availability }) =>
    waiting > 0 ? (agents.canServe === 0 ? 0 : 1) : availability === 'closed' ? 3 : 2;
  const sorted = [...queues].sort((one, other) =>
    rank(one) - rank(other)
    || (one.oldestWaitingSince ?? '').localeCompare(other.oldestWaitingSince ?? '')
    || one.displayName.localeCompare(other.displayName));
  return html`
    <section aria-labelledby="queues">
      <h2 id="queues">${texts.queues}</h2>
      ${sorted.length === 0 && html`<p>${texts.noQueues}</p>`}
      <ul class="queues">${sorted.map(queue => html`<${QueueTile} key=${queue.id} queue=${queue} now=${now} />`)}</ul>
    </section>`;
}

function QueueTile({ queue, now }) {
  const wait = queue.oldestWaitingSince ? secondsSince(queue.oldestWaitingSince, now) : null;
  const urgency = urgencyOf(wait, queue.serviceLevelSeconds);
  return html`
    <li class="tile ${urgency}" data-availability=${queue.availability}>
      <h3>${queue.displayName}</h3>
      <p class="badge ${queue.availability}">${availabilities[queue.availability]}</p>
      <p class="count"><strong>${queue.waiting}</strong> <span>${texts.waiting}</span></p>
      <p class="wait">
        ${wait === null
          ? texts.nobodyWaits
          : html`<${Duration} seconds=${wait} /> <span>${waitingWords[urgency]}</span>`}
      </p>
      <p class="staff">${texts.agentsOf(queue.agents)}</p>
    </li>`;
}

const waitingWords = { calm: texts.longestWait, late: texts.late, alarm: texts.veryLate };

// By the time within which a guest of the queue is to be answered.
const urgencyOf = (wait, threshold) => (wait === null ? 'idle' : wait < threshold ? 'calm' : wait < 3 * threshold ? 'late' : 'alarm');

function Agents({ agents, now }) {
  const longestFirst = (one, other) => sinceOf(one).localeCompare(sinceOf(other));
  const groups = Object.keys(texts.states)
    .map(state => [state, agents.filter(agent => stateOf(agent) === state).sort(longestFirst)])
    .filter(([, members]) => members.length > 0);
  return html`
    <section aria-labelledby="agents">
      <h2 id="agents">${texts.agents}</h2>
      ${groups.length === 0 && html`<p>${texts.nobodyLoggedIn}</p>`}
      ${groups.map(([state, members]) => html`
        <h3 class="state ${state}">${texts.states[state]} <span>${members.length}</span></h3>
        <ul class="agents">
          ${members.map(agent => html`
            <li key=${agent.id}>${agent.displayName} <${Duration} seconds=${secondsSince(sinceOf(agent), now)} /></li>`)}
        </ul>`)}
    </section>`;
}

function stateOf({ status, usedUnits, capacityUnits, contacts }) {
  if (status !== 'available') return status === 'busy' ? 'busy' : null;
  if (contacts.length > 0 && contacts.every(contact => contact.state === 'wrapUp')) return 'wrapUp';
  return usedUnits < capacityUnits ? 'free' : 'occupied';
}

// Of an agent with guests, since when with the newest of them.
const sinceOf = ({ statusSince, contacts }) => [statusSince, ...contacts.map(contact => contact.since)].filter(Boolean).sort().at(-1);

const Services = ({ status: { services, queues } }) => html`
  <section aria-labelledby="services">
    <h2 id="services">${texts.services}</h2>
    <ul class="services">
      ${services.map(service => html`
        <li key=${service.id}>
          <span>${service.name}</span>
          <span class="badge ${service.availability}">${service.openLevel === null
            ? texts.noLevel[service.availability]
            : texts.takenBy(namedAs(service.levels[service.openLevel], queues))}</span>
        </li>`)}
    </ul>
  </section>`;

// A level is shown by its queue's display name, as the queues are.
const namedAs = (level, queues) => ({ ...level, name: queues.find(({ id }) => id === level.queueId)?.displayName ?? level.name });

function LastHour({ minutes }) {
  const place = useRef(null);
  const chart = useRef(null);
  const data = [({ at }) => Date.parse(at) / 1000, ({ waiting }) => waiting, ({ answered }) => answered].map(read => minutes.map(read));
  useEffect(() => {
    const colour = name => () => getComputedStyle(document.documentElement).getPropertyValue(name);
    const axis = { stroke: colour('--ink'), grid: { stroke: colour('--line'), width: 1 }, ticks: { show: false } };
    const size = () => ({ width: place.current.clientWidth, height: 180 });
    chart.current = new window.uPlot({
      ...size(),
      cursor: { show: false },
      legend: { show: false },
      scales: { y: { range: (_, __, most) => [0, Math.max(5, most ?? 0)] } },
      axes: [axis, axis],
      padding: [8, 24, null, null],
      series: [
        {},
        { label: texts.series.waiting, stroke: colour('--busy'), width: 3, points: { show: false } },
        { label: texts.series.answered, stroke: colour('--open'), width: 3, dash: [6, 4], points: { show: false } },
      ],
    }, data, place.current);
    const resized = new ResizeObserver(() => chart.current.setSize(size()));
    resized.observe(place.current);
    const scheme = matchMedia('(prefers-color-scheme: dark)');
    const repaint = () => chart.current.redraw(false);
    scheme.addEventListener('change', repaint);
    return () => {
      resized.disconnect();
      scheme.removeEventListener('change', repaint);
      chart.current.destroy();
    };
  }, []);
  useEffect(() => chart.current.setData(data), [minutes]);
  const known = minutes.map(({ waiting }) => waiting).filter(count => count !== null);
  const answered = minutes.reduce((sum, minute) => sum + (minute.answered ?? 0), 0);
  return html`
    <section aria-labelledby="hour">
      <h2 id="hour">${texts.lastHour}</h2>
      <p class="legend"><span class="waiting">${texts.series.waiting}</span> <span class="answered">${texts.series.answered}</span></p>
      <div class="chart" role="img" aria-label=${texts.chart(known.at(-1) ?? 0, Math.max(0, ...known), answered)} ref=${place}></div>
    </section>`;
}

const place = document.getElementById('page');
function show() {
  const token = decodeURIComponent(location.hash.slice(1));
  render(token ? html`<${Wallboard} key=${token} token=${token} />` : html`<${Notice} text=${texts.noToken} />`, place);
}
window.addEventListener('hashchange', show);
show();
