import { inSpan, tracingIsOn } from './tracing';

const PARENT = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

/** Tracing that is on is shown by the specs of the bootstrap, in a process of its own. */
describe('tracing that is off', () => {
  it('runs the work and passes on what came', async () => {
    expect(tracingIsOn()).toBe(false);
    expect(await inSpan('work', { traceparent: PARENT }, (traceparent) => Promise.resolve(traceparent))).toBe(PARENT);
    expect(await inSpan('work', {}, (traceparent) => Promise.resolve(traceparent))).toBeUndefined();
  });
});
