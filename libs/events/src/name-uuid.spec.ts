import { v5 } from 'uuid';
import { namespaceV5 } from './name-uuid';

const NAMESPACE = '8b0f7c5e-6f0a-5c0b-9a51-2f8d0b6f3c11';

describe('ids made of names', () => {
  const ours = namespaceV5(NAMESPACE);

  it.each([
    [''],
    ['["team","opportunity","2026-03-02T12:00:00.000Z"]'],
    ['ümläut 💡 \u0000 end'],
    ['x'.repeat(1359)],
    ['x'.repeat(1360)],
    ['x'.repeat(1361)],
    ['€'.repeat(1360)],
    ['x'.repeat(100_000)],
    ['short after a long one'],
  ])('are those of the package uuid: %#', (name) => expect(ours(name)).toBe(v5(name, NAMESPACE)));

  it('are those of the package uuid for a thousand names of all lengths', () => {
    for (let length = 0; length < 1000; length += 1) {
      const name = `é${String(length).repeat(length)}`;
      expect(ours(name)).toBe(v5(name, NAMESPACE));
    }
  });
});
