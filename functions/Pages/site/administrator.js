// The administrator's console: its sections, each under an address of its own.
import { ConfigurationSection, exact } from './configuration.js';
import { Events } from './events.js';
import { Live } from './live.js';
import { Names } from './names.js';
import { Services } from './services.js';
import { administrator as texts, connection, console as common } from './texts.js';
import { Trial } from './trial.js';
import { Notice, html, useCallback, useEffect, useRef, useState } from './ui.js';

const sections = { live: Live, services: Services, trial: Trial, configuration: ConfigurationSection, events: Events };

export function AdministratorConsole({ session, api, signOut }) {
  const section = useSection();
  const setup = useSetup(api, section);
  const Section = sections[section];
  const draft = useRef(null);
  useEffect(() => {
    document.title = texts.title(texts.sections[section]);
  }, [section]);
  return html`
    <header class="bar">
      <h1>${common.title}</h1>
      <p>${common.signedInAs(session.displayName)} <button type="button" onClick=${signOut}>${common.signOut}</button></p>
    </header>
    <nav class="sections" aria-label=${texts.navigation}>
      ${Object.entries(texts.sections).map(([name, text]) => html`
        <a href=${`#${name}`} aria-current=${name === section ? 'page' : undefined}>${text}</a>`)}
    </nav>
    <main class="console">
      <${Notice} text=${setup.error} />
      ${setup.value
        ? html`<${Section} key=${section} api=${api} setup=${setup} names=${new Names(setup.value)} draft=${draft} />`
        : !setup.error && html`<p>${connection.loading}</p>`}
    </main>`;
}

function useSection() {
  const read = () => (Object.hasOwn(sections, location.hash.slice(1)) ? location.hash.slice(1) : 'live');
  const [section, setSection] = useState(read);
  useEffect(() => {
    const follow = () => setSection(read());
    window.addEventListener('hashchange', follow);
    return () => window.removeEventListener('hashchange', follow);
  }, []);
  return section;
}

// The configuration as it was read last, when a section was opened or something was changed: { value, etag, error, read, take }.
function useSetup(api, section) {
  const [setup, setSetup] = useState({});
  const take = useCallback(({ body, etag }) => setSetup({ value: body, etag }), []);
  const read = useCallback(async () => {
    try {
      take(await api.get('configuration', { parse: exact }));
    } catch (error) {
      setSetup(old => ({ ...old, error: common.failed(error.message) }));
    }
  }, []);
  useEffect(() => {
    read();
  }, [section]);
  return { ...setup, read, take };
}
