// An agent's console: status, offers, guests, the day.
import { ring, unlock } from './sound.js';
import { agent as texts, console as common } from './texts.js';
import {
  Duration, Notice, act, connectionNotice, html, secondsSince, timeOf, useEffect, useNow, useOpening, usePolled, useRef, useState,
} from './ui.js';

const leaseSeconds = 60;
const heartbeatSeconds = 20;
const refreshSeconds = 5;
const offersSeconds = 25;

export function AgentConsole({ session, api, signOut }) {
  const id = session.agentId;
  const [error, setError] = useState(null);
  const [hasSound, setSound] = useState(localStorage.getItem('sound') !== 'off');
  const state = usePolled(async () => {
    const { body, now } = await api.get(`agents/${id}?include=today,contacts`);
    return { value: body, now };
  }, refreshSeconds);
  const self = state.value;
  const names = useNames(api);
  const { offers, look } = useOffers(api, id, state.ask);
  const now = useNow(state.skew);
  const status = self?.status;

  useEffect(() => {
    document.title = offers.length > 0 ? `(${offers.length}) ${texts.title(session.displayName)}` : texts.title(session.displayName);
  }, [offers.length]);
  useEffect(() => {
    if (hasSound && offers.length > 0) ring();
  }, [hasSound, offers.map(offer => `${offer.id} ${offer.offer.expiresAt}`).join()]);

  // A closed page sends no more heartbeats, and the lease ends.
  useEffect(() => {
    if (!status || status === 'logged_out') return undefined;
    const beat = () => api.post(`agents/${id}/heartbeat`, { leaseSeconds }).catch(() => {});
    beat();
    const timer = setInterval(beat, heartbeatSeconds * 1000);
    return () => clearInterval(timer);
  }, [status]);

  const change = work => act(work, setError, () => Promise.all([state.ask(), look()]));
  const setStatus = wanted => {
    unlock();
    return change(() => api.put(`agents/${id}/presence`, { status: wanted, ...(wanted !== 'logged_out' && { leaseSeconds }) }));
  };
  const switchSound = event => {
    unlock();
    localStorage.setItem('sound', event.target.checked ? 'on' : 'off');
    setSound(event.target.checked);
  };
  const leave = async () => {
    if (status && status !== 'logged_out') await api.put(`agents/${id}/presence`, { status: 'logged_out' }).catch(() => {});
    await signOut();
  };
  const handled = (self?.contacts ?? []).filter(contact => ['active', 'wrapUp'].includes(contact.state));
  return html`
    <header class="bar">
      <h1>${common.title}</h1>
      <p>${common.signedInAs(session.displayName)} <button type="button" onClick=${leave}>${common.signOut}</button></p>
    </header>
    <main class="console">
      <${Notice} text=${connectionNotice(state)} />
      <${Notice} text=${error} />
      <${Status} self=${self} now=${now} setStatus=${setStatus} hasSound=${hasSound} switchSound=${switchSound} />
      <section aria-labelledby="offers">
        <h2 id="offers">${texts.offers}</h2>
        <p class="hidden" role="status">${offers.length > 0 ? texts.offered(offers.length) : ''}</p>
        ${offers.length === 0 && html`<p>${texts.noOffers}</p>`}
        <ul class="cards">
          ${offers.map(offer => html`<${Offer} key=${offer.id} offer=${offer} names=${names} now=${now}
            answer=${word => change(() => api.post(`contacts/${offer.id}/${word}`, { agentId: id }))} />`)}
        </ul>
      </section>
      <section aria-labelledby="guests">
        <h2 id="guests">${texts.contacts}</h2>
        ${handled.length === 0 && html`<p>${texts.noContacts}</p>`}
        <ul class="cards">
          ${handled.map(contact => html`<${Guest} key=${contact.id} contact=${contact} names=${names} now=${now}
            complete=${() => change(() => api.post(`contacts/${contact.id}/complete`, { agentId: id }))}
            transfer=${target => change(() => api.post(`contacts/${contact.id}/transfer`, target))} />`)}
        </ul>
      </section>
      <${Day} self=${self} />
    </main>`;
}

function Status({ self, now, setStatus, hasSound, switchSound }) {
  return html`
    <section aria-labelledby="status">
      <h2 id="status">${texts.status}</h2>
      <div class="choice" role="group" aria-labelledby="status">
        ${Object.entries(texts.statuses).map(([word, text]) => html`
          <button type="button" aria-pressed=${self?.status === word} onClick=${() => setStatus(word)}>${text}</button>`)}
      </div>
      ${self?.statusSince && html`
        <p>
          ${texts.statuses[self.status]} ${texts.since} ${timeOf(self.statusSince)},
          ${' '}<${Duration} seconds=${secondsSince(self.statusSince, now)} /> · ${texts.load(self.usedUnits, self.capacityUnits)}
        </p>`}
      ${self && self.status !== 'logged_out' && html`<p class="quiet">${self.leaseUntil ? texts.lease : texts.noLease}</p>`}
      <label><input type="checkbox" checked=${hasSound} onChange=${switchSound} /> ${texts.sound}</label>
    </section>`;
}

const described = (contact, names) => texts.contact({
  channel: contact.channel,
  queue: names.queues.find(queue => queue.id === contact.queueId)?.displayName,
  attributes: contact.attributes && Object.values(contact.attributes).filter(value => typeof value !== 'object').join(', '),
});

const Offer = ({ offer, names, now, answer }) => html`
  <li class="card offer">
    <h3>${offer.id}</h3>
    <p>${described(offer, names)}</p>
    <p>${texts.waited} <${Duration} seconds=${secondsSince(offer.enqueuedAt, now)} /></p>
    <p class="countdown"><${Duration} seconds=${-secondsSince(offer.offer.expiresAt, now)} /> <span>${texts.remaining}</span></p>
    <p class="actions">
      <button type="button" class="primary" onClick=${() => answer('accept')}>${texts.accept}</button>
      <button type="button" onClick=${() => answer('decline')}>${texts.decline}</button>
    </p>
  </li>`;

function Guest({ contact, names, now, complete, transfer }) {
  const transferring = useOpening();
  const submit = event => {
    event.preventDefault();
    const queueId = Number(new FormData(event.target).get('queue'));
    transferring.close();
    transfer({ queueId });
  };
  const select = `transfer-${contact.id}`;
  return html`
    <li class="card">
      <h3>${contact.id}</h3>
      <p>${described(contact, names)}</p>
      ${contact.state === 'wrapUp'
        ? html`<p class="countdown">${texts.wrapUp} <${Duration} seconds=${-secondsSince(contact.wrapUpUntil, now)} /></p>`
        : html`
          <p>${texts.talking} <${Duration} seconds=${secondsSince(contact.acceptedAt, now)} /></p>
          <p class="actions">
            <button type="button" class="primary" onClick=${complete}>${texts.complete}</button>
            <button ...${transferring.button}>${texts.transfer}</button>
          </p>
          ${transferring.isOpen && html`
            <form class="actions" ...${transferring.part} onSubmit=${submit}>
              <label for=${select}>${texts.transferTo}</label>
              <select id=${select} name="queue">
                ${names.queues.map(queue => html`<option value=${queue.id}>${queue.displayName}</option>`)}
              </select>
              <button type="submit">${texts.transfer}</button>
            </form>`}`}
    </li>`;
}

const Day = ({ self }) => html`
  <section aria-labelledby="day">
    <h2 id="day">${texts.today}</h2>
    <p class="figures">
      <span><strong>${self?.today?.handled ?? 0}</strong> ${texts.handled(self?.today?.handled ?? 0)}</span>
      ${self?.today?.averageHandleSeconds != null && html`
        <span><strong><${Duration} seconds=${self.today.averageHandleSeconds} /></strong> ${texts.averageHandle}</span>`}
    </p>
  </section>`;

// The queues' names, which change seldom.
function useNames(api) {
  const [queues, setQueues] = useState([]);
  useEffect(() => {
    api.list('queues', 200).then(({ items }) => setQueues(items), () => {});
  }, []);
  return { queues };
}

// What is offered, as soon as it is: each request waits until there is something new. Whoever answered one looks at once.
function useOffers(api, id, changed) {
  const [offers, setOffers] = useState([]);
  const etag = useRef(null);
  const look = async signal => {
    const known = signal && etag.current;
    const answer = await api.get(`agents/${id}/offers${known ? `?wait=${offersSeconds}` : ''}`, {
      headers: known ? { 'If-None-Match': known } : {},
      signal,
      waits: Boolean(known),
    });
    etag.current = answer.etag;
    if (answer.body) setOffers(answer.body.items);
    return answer.body !== null;
  };
  useEffect(() => {
    const stop = new AbortController();
    (async () => {
      while (!stop.signal.aborted) {
        try {
          if (await look(stop.signal)) changed();
        } catch {
          etag.current = null;
          await new Promise(resolve => setTimeout(resolve, refreshSeconds * 1000));
        }
      }
    })();
    return () => stop.abort();
  }, []);
  return { offers, look: () => look().catch(() => {}) };
}
