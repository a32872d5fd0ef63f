// What the pages have in common: rendering, the clock, asking again and again.
import { html, render, useCallback, useEffect, useRef, useState } from './preact-htm.js';
import { connection, console as texts, durations } from './texts.js';

export { html, render, useCallback, useEffect, useRef, useState };

const clock = new Intl.DateTimeFormat([], { timeStyle: 'medium' });

export const timeOf = time => clock.format(new Date(time));

const calendar = new Intl.DateTimeFormat([], { dateStyle: 'medium', timeStyle: 'medium' });

export const dateOf = time => calendar.format(new Date(time));

// Like 4:05 or 1:02:03.
export function duration(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return (parts[0] === 0 ? parts.slice(1) : parts).map((part, index) => (index === 0 ? `${part}` : `${part}`.padStart(2, '0'))).join(':');
}

export const secondsSince = (time, now) => (now - Date.parse(time)) / 1000;

// A time that passes, also for those who hear it: they are told when they ask, not each second.
export const Duration = ({ seconds }) =>
  html`<span class="duration" aria-label=${durations.spoken(Math.max(0, Math.floor(seconds)))} role="img">${duration(seconds)}</span>`;

// The server's time, in milliseconds, each second anew.
export function useNow(skew = 0) {
  const [now, setNow] = useState(Date.now() + skew);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now() + skew), 1000);
    return () => clearInterval(timer);
  }, [skew]);
  return now;
}

export const Notice = ({ text }) => text && html`<p class="notice" role="alert">${text}</p>`;

// What is wrong with what is asked again and again, or null.
export const connectionNotice = ({ error, since }) =>
  error ? ({ 401: connection.refused, 403: connection.wrongKind }[error.status] ?? connection.lost(timeOf(since))) : null;

// Does what somebody clicked, tells what went wrong, and looks what has become of it.
export async function act(work, tell, ask) {
  const giveBack = keepFocus();
  try {
    await work();
    tell(null);
  } catch (error) {
    tell(texts.failed(error.message));
  }
  await ask();
  giveBack();
}

// Whoever works by keyboard goes on where they were: at what has the focus now, or else at the heading of its section.
export function keepFocus() {
  const [focused, section] = [document.activeElement, document.activeElement?.closest('section')];
  return () => setTimeout(() => {
    if (document.activeElement !== document.body) return;
    const isThere = focused?.isConnected && !focused.disabled && focused !== document.body;
    if (isThere) focused.focus();
    else focusHeading(section?.isConnected ? section.querySelector('h2') : document.querySelector('h1'));
  });
}

export function focusHeading(heading) {
  if (!heading) return;
  heading.tabIndex = -1;
  heading.focus();
}

// A part that a button opens and Escape closes: { isOpen, button, part, close }, where button and part are their attributes.
export function useOpening() {
  const [isOpen, setOpen] = useState(false);
  const button = useRef(null);
  const close = () => {
    setOpen(false);
    button.current?.focus();
  };
  return {
    isOpen,
    close,
    button: { type: 'button', ref: button, 'aria-expanded': isOpen, onClick: () => setOpen(!isOpen) },
    part: { onKeyDown: event => event.key === 'Escape' && close() },
  };
}

// Asks again and again while the page shows it. Answers { value, error, since, skew, ask }: since when there has been no answer.
export function usePolled(load, seconds, dependencies = []) {
  const [state, setState] = useState({});
  const asking = useRef(null);
  const ask = useCallback(() => asking.current?.(), []);
  useEffect(() => {
    let [timer, stopped, round] = [null, false, 0];
    asking.current = async () => {
      const mine = ++round;
      clearTimeout(timer);
      try {
        const { value, now } = await load();
        if (stopped || mine !== round) return;
        setState(old => ({ value: value === undefined ? old.value : value, skew: Number.isNaN(now) ? old.skew : now - Date.now() }));
      } catch (error) {
        if (stopped || mine !== round) return;
        setState(old => ({ ...old, error, since: old.since ?? Date.now() }));
      }
      timer = setTimeout(asking.current, seconds * 1000);
    };
    asking.current();
    return () => {
      stopped = true;
      clearTimeout(timer);
    };
  }, dependencies);
  return { skew: 0, ...state, ask };
}

// What an address answers, asked again and again; what has an ETag is sent only where it is new.
export function useAnswer(api, path, seconds) {
  const etag = useRef(null);
  return usePolled(async () => {
    const { body, etag: tag, now } = await api.get(path, { headers: etag.current ? { 'If-None-Match': etag.current } : {} });
    etag.current = tag;
    return { value: body ?? undefined, now };
  }, seconds);
}

// A list, asked again and again: { value: { items, hasMore }, more, .. }. It begins with one page; more shows one further.
export function usePages(api, path, limit, seconds) {
  const [pages, setPages] = useState(1);
  const giveBack = useRef(null);
  const polled = usePolled(async () => {
    const { now, ...value } = await api.list(path, limit, pages);
    return { value, now };
  }, seconds, [pages]);
  useEffect(() => {
    giveBack.current?.();
    giveBack.current = null;
  }, [polled.value]);
  const more = () => {
    giveBack.current = keepFocus();
    setPages(pages + 1);
  };
  return { ...polled, more };
}

export const More = ({ list }) => list.value.hasMore
  && html`<p class="actions"><button type="button" onClick=${list.more}>${texts.more}</button></p>`;

// What a section's buttons do: [what to show of it, what to do it with]. The work answers what to say when it is done.
export function useActions(ask = () => {}) {
  const [done, setDone] = useState('');
  const [error, setError] = useState(null);
  const run = work => {
    setDone('');
    return act(async () => setDone(await work()), setError, ask);
  };
  return [html`<${Notice} text=${error} /><p class="done" role="status">${done}</p>`, run];
}

// Asks before something is done that cannot be undone.
export function Confirm({ question, yes, no, answer }) {
  const dialog = useRef(null);
  useEffect(() => {
    dialog.current.showModal();
  }, []);
  return html`
    <dialog ref=${dialog} aria-labelledby="question" onClose=${() => answer(dialog.current.returnValue === 'yes')}>
      <p id="question">${question}</p>
      <p class="actions">
        <button type="button" class="primary" onClick=${() => dialog.current.close('yes')}>${yes}</button>
        <button type="button" onClick=${() => dialog.current.close('no')}>${no}</button>
      </p>
    </dialog>`;
}

// A table that is scrolled by itself where it is too wide.
export const Table = ({ name, columns, children }) => html`
  <div class="scroll" role="group" aria-label=${name} tabindex="0">
    <table>
      <thead><tr>${columns.map(column => (column ? html`<th scope="col">${column}</th>` : html`<td></td>`))}</tr></thead>
      <tbody>${children}</tbody>
    </table>
  </div>`;
