import { waitFor } from './wait-for';

describe('waiting for what a service needs', () => {
  it('tries until it works, and tells of it now and then', async () => {
    const told: string[] = [];
    let tries = 0;
    const attempt = (): Promise<string> => {
      tries += 1;
      return tries <= 35 ? Promise.reject(new Error('connection refused')) : Promise.resolve('connected');
    };
    expect(await waitFor('the broker', { warn: (_line, message) => told.push(message) }, attempt, 0)).toBe('connected');
    expect(tries).toBe(36);
    expect(told).toEqual(['waiting for the broker', 'waiting for the broker']);
  });
});
