// Who is told of events, how that goes, and what did not arrive.
import { Choice } from './names.js';
import { administrator as common, events as texts } from './texts.js';
import {
  Confirm, More, Notice, Table, connectionNotice, dateOf, html, keepFocus, useActions, useAnswer, useEffect, usePages, useRef, useState,
} from './ui.js';

const refreshSeconds = 5;
const deliverySeconds = 2;
const shown = 50;

// In no history, so it is not delivered again.
const ping = 'subscription.ping';

export function Events({ api, names }) {
  const list = useAnswer(api, 'subscriptions', refreshSeconds);
  const [outcome, run] = useActions(list.ask);
  const [secret, setSecret] = useState(null);
  const hide = () => {
    const giveBack = keepFocus();
    setSecret(null);
    giveBack();
  };
  return html`
    <${Notice} text=${connectionNotice(list)} />
    ${outcome}
    <section aria-labelledby="subscriptions">
      <h2 id="subscriptions">${texts.subscriptions}</h2>
      ${secret && html`<${Secret} key=${secret} secret=${secret} hide=${hide} />`}
      ${list.value?.items.length === 0 && html`<p>${texts.none}</p>`}
      <ul class="wide">
        ${list.value?.items.map(subscription => html`<${Subscription} key=${subscription.id} api=${api} subscription=${subscription}
          names=${names} run=${run} />`)}
      </ul>
    </section>
    <${Create} api=${api} names=${names} run=${run} show=${setSecret} />
    <${DeadLetters} api=${api} />`;
}

function Secret({ secret, hide }) {
  const place = useRef(null);
  useEffect(() => place.current.focus(), []);
  return html`
    <div class="card" tabindex="-1" ref=${place}>
      <p>${texts.secret}</p>
      <p><code>${secret}</code></p>
      <p class="actions"><button type="button" onClick=${hide}>${texts.hide}</button></p>
    </div>`;
}

function Subscription({ api, subscription, names, run }) {
  const [isOpen, setOpen] = useState(false);
  const [isRemoving, setRemoving] = useState(false);
  const { id, url, eventTypes, queueId, serviceId, agentId, description, enabled, disabledReason } = subscription;
  const path = `subscriptions/${id}`;
  const filters = texts.filters({
    queue: queueId !== null && names.of('queueId', queueId),
    service: serviceId !== null && names.of('serviceId', serviceId),
    agent: agentId !== null && names.of('agentId', agentId),
  });
  const does = (word, said) => run(async () => {
    await api.post(`${path}/${word}`);
    return said(url);
  });
  const remove = () => run(async () => {
    // Nobody asks for the deliveries of what is gone.
    setOpen(false);
    await api.delete(path);
    return texts.removed(url);
  });
  return html`
    <li class="card">
      <h3>${url}</h3>
      <p>
        <span class=${`badge ${enabled ? 'open' : 'closed'}`}>${enabled ? texts.on : texts.off[disabledReason ?? 'paused']}</span>
        ${' '}${eventTypes.join(' ')}
      </p>
      ${description && html`<p>${description}</p>`}
      ${filters && html`<p>${texts.only(filters)}</p>`}
      <p class="actions">
        ${enabled
          ? html`
            <${Action} url=${url} text=${texts.ping} act=${() => does('ping', texts.pinged)} />
            <${Action} url=${url} text=${texts.pause} act=${() => does('pause', texts.paused)} />`
          : html`<${Action} url=${url} text=${texts.resume} act=${() => does('resume', texts.resumed)} />`}
        <button type="button" aria-label=${texts.named(texts.deliveries, url)} aria-expanded=${isOpen} onClick=${() => setOpen(!isOpen)}>
          ${texts.deliveries}
        </button>
        <${Action} url=${url} text=${texts.remove} act=${() => setRemoving(true)} />
      </p>
      ${isOpen && html`<${Deliveries} api=${api} path=${path} isOn=${enabled} run=${run} />`}
      ${isRemoving && html`<${Confirm} question=${texts.reallyRemove(url)} yes=${texts.removeNow} no=${common.keep}
        answer=${isSure => {
          setRemoving(false);
          if (isSure) remove();
        }} />`}
    </li>`;
}

const Action = ({ url, text, act }) =>
  html`<button type="button" aria-label=${texts.named(text, url)} onClick=${act}>${text}</button>`;

function Deliveries({ api, path, isOn, run }) {
  const list = usePages(api, `${path}/deliveries`, shown, deliverySeconds);
  const replay = wish => run(async () => {
    let count = 0;
    for (let next = wish; next;) {
      const { body } = await api.post(`${path}/replay`, next);
      count += body.replayed;
      next = body.next && { after: body.next, to: wish.to };
    }
    return texts.replayed(count);
  });
  const submit = event => {
    event.preventDefault();
    const fields = new FormData(event.target);
    const timeIn = name => new Date(fields.get(name) || Date.now()).toISOString();
    replay({ from: timeIn('from'), to: timeIn('to') });
  };
  return html`
    <${Notice} text=${connectionNotice(list)} />
    ${list.value?.items.length === 0 && html`<p>${texts.noDeliveries}</p>`}
    ${list.value?.items.length > 0 && html`
      <${Table} name=${texts.deliveries} columns=${texts.deliveryColumns}>
        ${list.value.items.map(delivery => html`
          <tr key=${delivery.eventId}>
            <td>${dateOf(delivery.occurredAt)}</td>
            <td>${delivery.eventType}</td>
            <td>${delivery.subject}</td>
            <td>${delivery.status}</td>
            <td>${delivery.attempts}</td>
            <td>${[delivery.failure ?? delivery.answerStatus, delivery.answer].filter(Boolean).join(' ')}</td>
            <td>${delivery.nextAttemptAt && dateOf(delivery.nextAttemptAt)}</td>
            <td>
              ${isOn && delivery.eventType !== ping && html`
                <button type="button" aria-label=${texts.replayOne(delivery.eventType, delivery.subject)}
                  onClick=${() => replay({ eventId: delivery.eventId, subject: delivery.subject })}>${texts.replay}</button>`}
            </td>
          </tr>`)}
      <//>
      <${More} list=${list} />`}
    ${isOn && html`
      <details>
        <summary>${texts.replayRange}</summary>
        <form class="fields" onSubmit=${submit}>
          <label for=${`${path}-from`}>${texts.from}</label>
          <input id=${`${path}-from`} name="from" type="datetime-local" required />
          <label for=${`${path}-to`}>${texts.to}</label>
          <input id=${`${path}-to`} name="to" type="datetime-local" />
          <button type="submit">${texts.replay}</button>
        </form>
      </details>`}`;
}

function Create({ api, names, run, show }) {
  const submit = event => {
    event.preventDefault();
    const form = event.target;
    const { url, types, description, ...filters } = Object.fromEntries(new FormData(form));
    run(async () => {
      const { body } = await api.post('subscriptions', {
        url,
        eventTypes: types.split(/[\s,]+/).filter(Boolean),
        description,
        ...Object.fromEntries(Object.entries(filters).filter(([, id]) => id).map(([field, id]) => [field, Number(id)])),
      });
      show(body.secret);
      form.reset();
      return texts.created(url);
    });
  };
  return html`
    <section aria-labelledby="create">
      <h2 id="create">${texts.create}</h2>
      <form class="fields" onSubmit=${submit}>
        <label for="url">${texts.url}</label>
        <input id="url" name="url" type="url" required />
        <label for="types">${texts.types}</label>
        <input id="types" name="types" defaultValue="*" required aria-describedby="types-hint" />
        <p id="types-hint" class="quiet">${texts.typesHint}</p>
        <label for="of-queue">${texts.queue}</label>
        <${Choice} id="of-queue" field="queueId" names=${names} none=${texts.all} />
        <label for="of-service">${texts.service}</label>
        <${Choice} id="of-service" field="serviceId" names=${names} none=${texts.all} />
        <label for="of-agent">${texts.agent}</label>
        <${Choice} id="of-agent" field="agentId" names=${names} none=${texts.all} />
        <label for="description">${texts.description}</label>
        <input id="description" name="description" />
        <button type="submit" class="primary">${texts.add}</button>
      </form>
    </section>`;
}

function DeadLetters({ api }) {
  const list = usePages(api, 'dead-letters', shown, refreshSeconds);
  const [outcome, run] = useActions(list.ask);
  const replay = () => run(async () => {
    let count = 0;
    for (let hasMore = true; hasMore;) {
      const { body } = await api.post('dead-letters/replay');
      count += body.replayed;
      ({ hasMore } = body);
    }
    return texts.replayed(count);
  });
  const items = list.value?.items ?? [];
  return html`
    <section aria-labelledby="dead-letters">
      <h2 id="dead-letters">${texts.deadLetters}</h2>
      ${outcome}
      ${list.value && items.length === 0 && html`<p>${texts.noDeadLetters}</p>`}
      ${items.length > 0 && html`
        <${Table} name=${texts.deadLetters} columns=${texts.deadColumns}>
          ${items.map(letter => html`
            <tr key=${`${letter.subscriptionId} ${letter.callbackId} ${letter.event.id}`}>
              <td>${dateOf(letter.givenUpAt)}</td>
              <td>
                ${letter.subscriptionId !== null ? texts.subscription(letter.subscriptionId) : texts.callback(letter.callbackId)}
                ${' '}${letter.url}
              </td>
              <td>${letter.event.type}</td>
              <td>${letter.event.subject}</td>
              <td>${letter.attempts}</td>
              <td>${letter.reason}</td>
            </tr>`)}
        <//>
        <${More} list=${list} />
        <p class="actions"><button type="button" onClick=${replay}>${texts.replayAll}</button></p>`}
    </section>`;
}
