// Every text that the pages show, in one place.

const plural = (count, one, many) => `${count} ${count === 1 ? one : many}`;

export const availabilities = { open: 'Open', busy: 'Busy', closed: 'Closed' };

export const statuses = { available: 'Available', busy: 'Busy', logged_out: 'Logged out' };

export const connection = {
  loading: 'Loading',
  lost: since => `No connection since ${since}. What is shown may be wrong; trying again.`,
  stale: asOf => `Not up to date: this is how it was at ${asOf}.`,
  refused: 'The token of this page is not valid, or not any more. Open the page by a new link.',
};

export const durations = {
  seconds: count => `${count} s`,
  spoken: seconds => {
    const [minutes, rest] = [Math.floor(seconds / 60), seconds % 60];
    const spoken = plural(rest, 'second', 'seconds');
    return minutes === 0 ? spoken : `${plural(minutes, 'minute', 'minutes')} ${spoken}`;
  },
};

export const wallboard = {
  title: 'Wallboard',
  noToken: 'This wallboard needs a token of kind "read". Open it as /wallboard#TOKEN.',
  asOf: time => `As of ${time}`,
  totals: 'All queues',
  queues: 'Queues',
  agents: 'Agents',
  services: 'Services',
  waiting: 'waiting',
  longestWait: 'longest wait',
  free: 'agents free',
  answeredToday: 'answered today',
  abandonedToday: 'abandoned today',
  serviceLevel: 'service level today',
  averageWait: 'average wait today',
  agentsOf: ({ canServe, full, busy }) => `${canServe} free, ${full} occupied, ${busy} busy`,
  nobodyWaits: 'nobody waits',
  late: 'late',
  noQueues: 'There are no queues.',
  nobodyLoggedIn: 'Nobody is logged in.',
  states: { free: 'Free', occupied: 'With guests', wrapUp: 'Wrap-up', busy: 'Busy' },
  takenBy: ({ level, name }) => `Level ${level}: ${name}`,
  noLevel: { busy: 'All levels are busy', closed: 'Closed' },
  lastHour: 'The last hour',
  chart: (now, most, answered) => `Waiting: ${now} now, at most ${most} in the last hour. ${answered} answered in the last hour.`,
  series: { waiting: 'Waiting', answered: 'Answered' },
  unknown: '–',
};

export const console = {
  title: 'Console',
  signIn: 'Sign in',
  signOut: 'Sign out',
  name: 'Name',
  password: 'Password',
  wrong: 'Name or password is wrong.',
  signedOut: 'The session is over. Sign in again.',
  signedInAs: name => `Signed in as ${name}`,
  failed: message => `That did not work: ${message}`,
};

export const agent = {
  title: name => `${name}: console`,
  status: 'Your status',
  statuses: { available: 'Available', busy: 'Busy', logged_out: 'Out' },
  since: 'since',
  sound: 'Sound for offers',
  lease: 'While this page is open you stay signed on. When it closes, you are logged out within a minute.',
  offers: 'Offers',
  noOffers: 'No guest is offered to you.',
  offered: count => plural(count, 'guest is offered to you', 'guests are offered to you'),
  remaining: 'left to answer',
  accept: 'Accept',
  decline: 'Decline',
  contacts: 'Your guests',
  noContacts: 'You have no guests.',
  complete: 'Complete',
  transfer: 'Transfer',
  transferTo: 'Transfer to',
  cancel: 'Cancel',
  wrapUp: 'Wrap-up ends in',
  waited: 'waited',
  talking: 'with you for',
  today: 'Your day',
  handled: 'guests handled',
  averageHandle: 'average handle time',
  load: (used, capacity) => `${used} of ${capacity} places taken`,
  contact: ({ channel, queue, attributes }) => [channel, queue, attributes].filter(Boolean).join(' · '),
};
