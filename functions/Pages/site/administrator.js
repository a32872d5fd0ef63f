// The administrator's console.
import { html } from './ui.js';

export const AdministratorConsole = () => html`<main class="console"></main>`;
