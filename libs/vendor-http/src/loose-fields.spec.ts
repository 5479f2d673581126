import { codeOf, fieldsOf, idOf, listOf, millisOf, textOf, textsOf } from './loose-fields';

const ODD: unknown[] = [undefined, null, true, 0, '', 'text', [], [null], {}, { id: null }, Symbol('odd'), () => 1];

describe('reading loosely', () => {
  it('never throws, whatever comes', () => {
    for (const read of [codeOf, fieldsOf, idOf, listOf, millisOf, textOf, textsOf])
      for (const odd of ODD) expect(() => read(odd)).not.toThrow();
  });

  it.each([
    ['an id', 'lead-new', 'lead-new'],
    ['an object with one', { id: 'lead-new', text: 'New lead' }, 'lead-new'],
    ['a number', 7, '7'],
    ['an object without one', { text: 'x' }, null],
    ['nothing', null, null],
  ])('finds the id in %s', (_, value, id) => expect(idOf(value)).toBe(id));

  it.each([
    [1700000000000, 1700000000000],
    ['1700000000000', 1700000000000],
    ['2023-11-14T22:13:20.000Z', 1700000000000],
    ['2023-11-14T22:13:20.000123+00:00', 1700000000000],
    ['yesterday', null],
    ['', null],
    [Number.NaN, null],
    [null, null],
  ])('reads the time %p as %p', (value, millis) => expect(millisOf(value)).toBe(millis));

  it('keeps the texts of a list and drops the rest', () =>
    expect(textsOf(['a', null, '', 1, { b: 2 }, 'c'])).toEqual(['a', 'c']));

  it.each([
    ['ResourceNotFound', 'ResourceNotFound'],
    ['someone@example.com', undefined],
    ['has spaces in it', undefined],
    ['x'.repeat(61), undefined],
    [404, undefined],
  ])('takes %p as the error word %p', (value, code) => expect(codeOf(value)).toBe(code));
});
