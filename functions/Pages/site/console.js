// Sign-in, and the console of whoever signs in.
import { AdministratorConsole } from './administrator.js';
import { AgentConsole } from './agent.js';
import { Api } from './api.js';
import { console as texts } from './texts.js';
import { focusHeading, html, render, useEffect, useState } from './ui.js';

const key = 'session';

function Console() {
  const [session, setSession] = useState(() => JSON.parse(sessionStorage.getItem(key) ?? 'null'));
  const [message, setMessage] = useState(null);
  const begin = made => {
    sessionStorage.setItem(key, JSON.stringify(made));
    setMessage(null);
    setSession(made);
    setTimeout(() => focusHeading(document.querySelector('h1')));
  };
  const end = text => {
    sessionStorage.removeItem(key);
    setMessage(text ?? null);
    setSession(null);
  };
  if (!session) return html`<${SignIn} begin=${begin} message=${message} />`;
  const api = new Api(session.token, () => end(texts.signedOut));
  const signOut = async () => {
    await api.delete('sessions/current').catch(() => {});
    end();
  };
  const Kind = session.kind === 'agent' ? AgentConsole : AdministratorConsole;
  return html`<${Kind} key=${session.token} session=${session} api=${api} signOut=${signOut} />`;
}

function SignIn({ begin, message }) {
  const [error, setError] = useState(null);
  const [isBusy, setBusy] = useState(false);
  useEffect(() => {
    document.title = texts.title;
    document.getElementById('username').focus();
  }, []);
  const submit = async event => {
    event.preventDefault();
    const { username, password } = Object.fromEntries(new FormData(event.target));
    setBusy(true);
    try {
      begin((await new Api().post('sessions', { username, password })).body);
    } catch (problem) {
      setError(problem.status === 401 ? texts.wrong : texts.failed(problem.message));
      setBusy(false);
    }
  };
  return html`
    <header class="bar"><h1>${texts.title}</h1></header>
    <main class="narrow">
      ${message && html`<p class="notice" role="alert">${message}</p>`}
      <form class="sign-in" onSubmit=${submit}>
        <label for="username">${texts.name}</label>
        <input id="username" name="username" autocomplete="username" required />
        <label for="password">${texts.password}</label>
        <input id="password" name="password" type="password" autocomplete="current-password" required />
        ${error && html`<p class="error" role="alert">${error}</p>`}
        <button type="submit" class="primary" disabled=${isBusy}>${texts.signIn}</button>
      </form>
    </main>`;
}

render(html`<${Console} />`, document.getElementById('page'));
