// Why a guest is led where it is, in words.
import { decisions as texts } from './texts.js';
import { html } from './ui.js';

// A code that these pages do not know yet is shown as it is.
const wordOf = (words, code) => words[code] ?? code;

function reasonOf({ code, groupId, agentId }, names) {
  const word = wordOf(texts.reasons, code);
  if (agentId != null) return texts.of(names.of('agentId', agentId), word);
  return groupId != null ? texts.of(names.of('groupId', groupId), word) : word;
}

export const Reasons = ({ reasons, names }) =>
  html`${reasons.map(reason => reasonOf(reason, names)).join('; ')}`;

// Where a guest waits although somebody is free, others come first.
const inLine = (line, reason) =>
  (line.code === 'waitsHere' && reason.code === 'canServe' ? { ...reason, code: 'notForThisGuest' } : reason);

export const Lines = ({ decision, names }) => html`
  <ul class="reasons">
    ${decision.lines.map(line => html`
      <li>
        <strong>${names.line(line)}</strong>${': '}${wordOf(texts.codes, line.code)}${line.reasons.length > 0 && ' ('}
        <${Reasons} reasons=${line.reasons.map(reason => inLine(line, reason))} names=${names} />${line.reasons.length > 0 && ')'}
        ${line.units.some(({ agents, notExamined }) => agents.length > 0 || notExamined) && html`
          <ul>${line.units.map(unit => html`<${Unit} unit=${unit} names=${names} />`)}</ul>`}
      </li>`)}
    ${decision.linesLeftOut > 0 && html`<li>${texts.leftOut(decision.linesLeftOut)}</li>`}
  </ul>`;

const Unit = ({ unit: { groupId, agents, notExamined }, names }) => html`
  ${agents.map(({ agentId, code }) => html`
    <li>
      ${names.of('agentId', agentId)} ${wordOf(texts.agents, code)}
      ${groupId != null && html` <span class="quiet">(${names.of('groupId', groupId)})</span>`}
    </li>`)}
  ${notExamined && html`<li>${texts.of(groupId == null ? texts.ownAgents : names.of('groupId', groupId), texts.notExamined)}</li>`}`;

export function outcomeOf(decision, names) {
  if (decision.outcome === 'refused') return texts.outcomes.refused;
  const place = names.line(decision);
  return decision.outcome === 'queued'
    ? texts.outcomes.queued(place)
    : texts.outcomes.offered(names.of('agentId', decision.agentId), decision.queueId == null ? '' : place);
}
