// Services with their levels, which are moved up and down.
import { administrator as common, availabilities, services as texts } from './texts.js';
import { exact } from './configuration.js';
import { Notice, connectionNotice, html, useActions, useEffect, usePolled, useRef } from './ui.js';

const refreshSeconds = 5;

export function Services({ api, setup }) {
  const live = usePolled(() => api.list('services', 200).then(({ items, now }) => ({ value: items, now })), refreshSeconds);
  const [outcome, run] = useActions(live.ask);
  const pressed = useRef(null);
  const isMoving = useRef(false);

  // A level that was moved may have lost the focus on its way.
  useEffect(() => {
    if (pressed.current) document.getElementById(pressed.current)?.focus();
    pressed.current = null;
  }, [setup.value]);

  const move = (service, index, step) => run(async () => {
    const [name, place] = [nameOf(setup.value, service.levels[index]), index + step];
    if (!service.levels[place]) return texts.atEnd(name);
    if (isMoving.current) return '';
    isMoving.current = true;
    try {
      const levels = service.levels.toSpliced(index, 1).toSpliced(place, 0, service.levels[index]);
      const document = {
        ...setup.value,
        services: setup.value.services.map(other => (other.id === service.id ? { ...service, levels } : other)),
      };
      const answer = await api.put('configuration', document, { headers: { 'If-Match': setup.etag }, parse: exact });
      pressed.current = buttonOf(service.levels[index], step);
      setup.take(answer);
      return texts.moved(name, place, service.name);
    } catch (error) {
      if (error.status !== 412) throw error;
      pressed.current = buttonOf(service.levels[index], step);
      await setup.read();
      throw new Error(common.changedMeanwhile);
    } finally {
      isMoving.current = false;
    }
  });
  return html`
    <${Notice} text=${connectionNotice(live)} />
    ${outcome}
    <p class="quiet">${texts.explanation}</p>
    ${setup.value.services.length === 0 && html`<p>${texts.none}</p>`}
    ${setup.value.services.map(service => html`
      <${Service} key=${service.id} service=${service} setup=${setup} live=${live.value?.find(({ id }) => id === service.id)}
        move=${(index, step) => move(service, index, step)} />`)}`;
}

// A level names its queue or agent.
function nameOf({ queues, agents }, level) {
  const named = [...queues, ...agents].find(({ name }) => name === level.name);
  return named?.displayName || level.name;
}

const buttonOf = (level, step) => `${step < 0 ? 'up' : 'down'}-${level.id}`;

function Service({ service, setup, live, move }) {
  const heading = `service-${service.id}`;
  const open = live?.levels[live.openLevel];
  return html`
    <section aria-labelledby=${heading}>
      <h2 id=${heading}>${service.name} ${live && html`<${Badge} availability=${live.availability} />`}</h2>
      ${service.levels.length === 0 && html`<p>${texts.noLevels}</p>`}
      <ol class="levels" start="0">
        ${service.levels.map((level, index) => {
          const name = nameOf(setup.value, level);
          const now = live?.levels.find(other => other.name === level.name);
          return html`
            <li key=${level.id}>
              <span class="name">${index} ${name}</span>
              ${now && html`<${Badge} availability=${now.availability} />`}
              ${now && now === open && html`<strong class="open">${texts.takesNow}</strong>`}
              <span class="actions">
                <${Move} id=${buttonOf(level, -1)} text="↑" name=${texts.up(name)} isOff=${index === 0} move=${() => move(index, -1)} />
                <${Move} id=${buttonOf(level, 1)} text="↓" name=${texts.down(name)} isOff=${index === service.levels.length - 1}
                  move=${() => move(index, 1)} />
              </span>
            </li>`;
        })}
      </ol>
    </section>`;
}

const Badge = ({ availability }) => html`<span class=${`badge ${availability}`}>${availabilities[availability]}</span>`;

// One that is off keeps the focus.
const Move = ({ id, text, name, isOff, move }) => html`
  <button type="button" id=${id} aria-label=${name} aria-disabled=${isOff} onClick=${move}>${text}</button>`;
