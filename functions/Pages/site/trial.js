// Where a guest would go: now, or in a case that is made up.
import { Choice, Target, targetOf } from './names.js';
import { Lines, Reasons, outcomeOf } from './reasons.js';
import { administrator as common, availabilities, decisions, statuses, trial as texts } from './texts.js';
import { html, useActions, useState } from './ui.js';

export const Trial = ({ api, names }) => html`
  <${ResolutionForm} api=${api} names=${names} />
  <${SimulationForm} api=${api} names=${names} />`;

function ResolutionForm({ api, names }) {
  const [answer, setAnswer] = useState(null);
  const [outcome, run] = useActions();
  const submit = event => {
    event.preventDefault();
    const id = new FormData(event.target).get('serviceId');
    run(async () => {
      setAnswer(null);
      const { body } = await api.get(`services/${id}/resolution`);
      setAnswer(body);
      return texts.resolved[body.availability](...(body.level ? [body.level.level, body.level.name] : []));
    });
  };
  return html`
    <section aria-labelledby="resolution">
      <h2 id="resolution">${texts.resolution}</h2>
      <form class="fields" onSubmit=${submit}>
        <label for="service">${texts.service}</label>
        <${Choice} id="service" field="serviceId" names=${names} />
        <button type="submit" class="primary">${texts.ask}</button>
      </form>
      ${outcome}
      ${answer && html`
        <ul class="reasons">
          ${answer.levels.map(({ level, name, availability, reasons }) => html`
            <li>
              <strong>${decisions.line(level, name)}</strong>${': '}${availabilities[availability]}
              ${reasons.length > 0 && html` (<${Reasons} reasons=${reasons} names=${names} />)`}
            </li>`)}
        </ul>
        <${Json} value=${answer} />`}
    </section>`;
}

function SimulationForm({ api, names }) {
  const [answer, setAnswer] = useState(null);
  const [rows, setRows] = useState([]);
  const [outcome, run] = useActions();
  const submit = event => {
    event.preventDefault();
    const fields = new FormData(event.target);
    const presence = rows.map(row => ({
      agentId: Number(fields.get(`agent-${row}`)),
      ...(fields.get(`status-${row}`) && { status: fields.get(`status-${row}`) }),
      ...(fields.get(`load-${row}`) && { load: Number(fields.get(`load-${row}`)) }),
    }));
    run(async () => {
      setAnswer(null);
      const { body } = await api.post('simulations', {
        ...targetOf(fields.get('target')),
        channel: fields.get('channel'),
        ...(fields.get('at') && { at: new Date(fields.get('at')).toISOString() }),
        presence,
        explain: 'full',
      });
      setAnswer(body);
      return outcomeOf(body, names);
    });
  };
  return html`
    <section aria-labelledby="simulation">
      <h2 id="simulation">${texts.simulation}</h2>
      <p class="quiet">${texts.explanation}</p>
      <form class="fields" onSubmit=${submit}>
        <label for="target">${texts.target}</label>
        <${Target} id="target" names=${names} />
        <label for="channel">${texts.channel}</label>
        <input id="channel" name="channel" defaultValue="chat" required />
        <label for="at">${texts.at}</label>
        <input id="at" name="at" type="datetime-local" />
        ${rows.map((row, index) => html`<${Override} key=${row} row=${row} number=${index + 1} names=${names}
          remove=${() => setRows(rows.filter(other => other !== row))} />`)}
        <button type="button" onClick=${() => setRows([...rows, (rows.at(-1) ?? 0) + 1])}>${texts.add}</button>
        <button type="submit" class="primary">${texts.simulate}</button>
      </form>
      ${outcome}
      ${answer && html`<${Lines} decision=${answer} names=${names} /><${Json} value=${answer} />`}
    </section>`;
}

const Override = ({ row, number, names, remove }) => html`
  <fieldset class="fields">
    <legend>${texts.presence} ${texts.number(number)}</legend>
    <label for=${`agent-${row}`}>${texts.agent}</label>
    <${Choice} id=${`agent-${row}`} name=${`agent-${row}`} field="agentId" names=${names} />
    <label for=${`status-${row}`}>${texts.status}</label>
    <select id=${`status-${row}`} name=${`status-${row}`}>
      <option value="">${texts.asItIs}</option>
      ${Object.entries(statuses).map(([word, text]) => html`<option value=${word}>${text}</option>`)}
    </select>
    <label for=${`load-${row}`}>${texts.load}</label>
    <input id=${`load-${row}`} name=${`load-${row}`} type="number" min="0" placeholder=${texts.asItIs} />
    <button type="button" onClick=${remove}>${texts.remove(texts.number(number))}</button>
  </fieldset>`;

const Json = ({ value }) => html`
  <details><summary>${common.json}</summary><pre tabindex="0">${JSON.stringify(value, null, 2)}</pre></details>`;
