import { fromSqlTime, rowsOf, toSqlTime } from './sql-rows';

describe('times', () => {
  it.each([
    ['2026-03-02T12:00:01.234Z', '2026-03-02 12:00:01.234'],
    ['2026-03-02T12:00:01Z', '2026-03-02 12:00:01.000'],
    ['2026-03-02T14:00:01.5+02:00', '2026-03-02 12:00:01.500'],
  ])('%s goes to the database as %s', (iso, sql) => expect(toSqlTime(iso)).toBe(sql));

  it.each([
    ['2026-03-02 12:00:01.234567', '2026-03-02T12:00:01.234Z'],
    ['2026-03-02 12:00:01.2', '2026-03-02T12:00:01.200Z'],
    ['2026-03-02 12:00:01', '2026-03-02T12:00:01.000Z'],
  ])('%s comes back as %s', (sql, iso) => expect(fromSqlTime(sql)).toBe(iso));
});

describe('rows', () => {
  it('are one derived table, with the character set of its columns in every row', () => {
    expect(
      rowsOf(
        ['id ascii', 'turn'],
        [
          ['a', 1],
          ['b', 2],
        ],
      ),
    ).toEqual({
      sql: 'SELECT _ascii ? AS id, ? AS turn UNION ALL SELECT _ascii ?, ?',
      values: ['a', 1, 'b', 2],
    });
  });
});
