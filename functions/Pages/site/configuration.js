// The whole configuration as a text: what it would change, and then changes.
import { configuration as texts } from './texts.js';
import { html, useActions, useEffect, useState } from './ui.js';

// JSON whose numbers stay as they are written, where the browser can.
export const exact = text => JSON.parse(text, (key, value, context) =>
  typeof value === 'number' && JSON.rawJSON && context.source !== String(value) ? JSON.rawJSON(context.source) : value);

const textOf = value => JSON.stringify(value, null, 2);

// Draft: what somebody has typed, which outlives the section.
export function ConfigurationSection({ api, setup, draft }) {
  const [text, setText] = useState(() => draft.current ?? textOf(setup.value));
  const [shown, setShown] = useState(null);
  const [errors, setErrors] = useState([]);
  const [outcome, run] = useActions();

  // What somebody has typed stays, whatever is read.
  useEffect(() => {
    if (draft.current === null) setText(textOf(setup.value));
  }, [setup.value]);

  const put = (path, work) => run(async () => {
    setErrors([]);
    let document;
    try {
      document = exact(text);
    } catch (error) {
      setErrors([{ path: texts.notJson, problem: error.message }]);
      return '';
    }
    try {
      return work(await api.put(path, document, { headers: { 'If-Match': setup.etag }, parse: exact }));
    } catch (error) {
      setShown(null);
      if (error.problem?.errors) {
        setErrors(error.problem.errors);
        return '';
      }
      if (error.status !== 412) throw error;
      await setup.read();
      throw new Error(texts.changedMeanwhile);
    }
  });
  const compare = () => put('configuration?dryRun=true', ({ body: { changes } }) => {
    setShown({ text, etag: setup.etag, changes });
    return changes.length === 0 ? texts.nothing : texts.would(changes.length);
  });
  const apply = () => put('configuration', answer => {
    setShown(null);
    draft.current = null;
    setup.take(answer);
    return texts.applied;
  });
  const discard = () => run(async () => {
    setErrors([]);
    setShown(null);
    draft.current = null;
    await setup.read();
    return texts.read;
  });
  const isShown = shown?.text === text && shown.etag === setup.etag;
  const mayApply = isShown && shown.changes.length > 0;
  return html`
    <section aria-labelledby="text">
      <h2><label id="text" for="document">${texts.text}</label></h2>
      <p class="quiet">${texts.explanation}</p>
      <textarea id="document" rows="24" spellcheck=${false} wrap="off" value=${text} onInput=${event => {
        draft.current = event.target.value;
        setText(event.target.value);
      }}></textarea>
      <p class="actions">
        <button type="button" class="primary" onClick=${compare}>${texts.compare}</button>
        <button type="button" disabled=${!mayApply} aria-describedby="apply-after" onClick=${apply}>${texts.apply}</button>
        <button type="button" onClick=${discard}>${texts.discard}</button>
      </p>
      <p id="apply-after" class="quiet">${texts.applyAfter}</p>
      ${outcome}
      ${errors.length > 0 && html`
        <div class="notice" role="alert">
          <p>${texts.wrong}</p>
          <ul>${errors.map(({ path, problem }) => html`<li><code>${path}</code> ${problem}</li>`)}</ul>
        </div>`}
      ${isShown && html`
        <ul class="changes">
          ${shown.changes.map(change => html`<${Change} change=${change} levels=${levelsOf(setup.value, shown.changes)} />`)}
        </ul>`}
    </section>`;
}

// Levels by their ids, which a service's changes name.
const levelsOf = ({ services }, changes) => new Map([
  ...changes.filter(({ change, kind }) => kind === 'level' && change === 'add').map(({ id }) => [id.split('/').at(-1), texts.newLevel]),
  ...services.flatMap(({ levels }) => levels.map(({ id, name }) => [id, name])),
]);

function Change({ change: { change, kind, id, before, after }, levels }) {
  const settings = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])]
    .filter(name => change === 'change' || !isEmpty((before ?? after)[name]));
  const show = (name, record) => {
    const value = record[name];
    if (name === 'levels' && Array.isArray(value)) return value.map(level => levels.get(level) ?? level).join(', ');
    return typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value);
  };
  const name = (kind === 'level' && levels.get(id.split('/').at(-1))) || id;
  return html`
    <li class="card">
      <h3><span class=${`badge ${change}`}>${texts.changes[change]}</span> ${kind} ${name}</h3>
      ${settings.length > 0 && html`
        <table>
          <thead>
            <tr>
              <th scope="col">${texts.columns.name}</th>
              ${before && html`<th scope="col">${texts.columns.before}</th>`}
              ${after && html`<th scope="col">${texts.columns.after}</th>`}
            </tr>
          </thead>
          <tbody>
            ${settings.map(name => html`
              <tr>
                <th scope="row">${name}</th>
                ${before && html`<td>${show(name, before)}</td>`}
                ${after && html`<td>${show(name, after)}</td>`}
              </tr>`)}
          </tbody>
        </table>`}
    </li>`;
}

const isEmpty = value => [null, '', 0, false].includes(value) || (typeof value === 'object' && Object.keys(value).length === 0);
