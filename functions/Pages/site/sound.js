// Two tones. A browser plays them once its user has clicked somewhere.
let context = null;

export function unlock() {
  context ??= new AudioContext();
  context.resume();
}

export function ring() {
  if (context?.state !== 'running') return;
  for (const [index, frequency] of [660, 880].entries()) {
    const [tone, volume, start] = [context.createOscillator(), context.createGain(), context.currentTime + index * 0.18];
    tone.frequency.value = frequency;
    volume.gain.setValueAtTime(0.0001, start);
    volume.gain.exponentialRampToValueAtTime(0.25, start + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.0001, start + 0.16);
    tone.connect(volume).connect(context.destination);
    tone.start(start);
    tone.stop(start + 0.17);
  }
}
