// What is configured, by the names that people know.
import { administrator as texts, decisions } from './texts.js';
import { html } from './ui.js';

const sections = { queueId: 'queues', agentId: 'agents', groupId: 'groups', serviceId: 'services' };
const targets = ['serviceId', 'queueId', 'agentId'];

export class Names {
  #maps;

  constructor(configuration) {
    this.#maps = Object.fromEntries(Object.entries(sections).map(([field, section]) =>
      [field, new Map((configuration?.[section] ?? []).map(({ id, displayName, name }) => [id, displayName || name]))]));
  }

  // Field: queueId, agentId, groupId or serviceId.
  of(field, id) {
    return this.#maps[field].get(id) ?? decisions.unknown(field.slice(0, -2), id);
  }

  // [[id, name]], by name.
  all(field) {
    return [...this.#maps[field]].sort(([, one], [, other]) => one.localeCompare(other));
  }

  // Of a line: the queue, or the agent whom the guest came for.
  line({ level = null, queueId, agentId }) {
    const name = queueId != null ? this.of('queueId', queueId) : this.of('agentId', agentId);
    return decisions.line(level, name);
  }
}

// Chooses one queue, agent or service.
export const Choice = ({ id, name, field, names, none }) => html`
  <select id=${id} name=${name ?? field}>
    ${none && html`<option value="">${none}</option>`}
    ${names.all(field).map(([key, text]) => html`<option value=${key}>${text}</option>`)}
  </select>`;

// Chooses where a guest goes; targetOf reads what was chosen.
export const Target = ({ id, names }) => html`
  <select id=${id} name="target" required>
    <option value="">${texts.choose}</option>
    ${targets.map(field => html`
      <optgroup label=${texts.targets[field]}>
        ${names.all(field).map(([key, text]) => html`<option value=${`${field} ${key}`}>${text}</option>`)}
      </optgroup>`)}
  </select>`;

export function targetOf(value) {
  const [field, id] = value.split(' ');
  return { [field]: Number(id) };
}
