import { checkIdOfCommand, checkIdOfTransition, factId, partitionOf } from './identity.rules';

describe('identity comes from the fact', () => {
  const at = '2026-01-02T03:04:05.678Z';

  it('is the same for the same transition, whoever asks, and never changes between releases', () => {
    expect(checkIdOfTransition('team-1', 'opp-1', at)).toBe(checkIdOfTransition('team-1', 'opp-1', at));
    expect(checkIdOfTransition('team-1', 'opp-1', at)).toBe('21ba5b33-6ce3-5643-865a-9d64041a4844');
  });

  it('differs by team, opportunity, time and command', () => {
    const ids = [
      checkIdOfTransition('team-1', 'opp-1', at),
      checkIdOfTransition('team-2', 'opp-1', at),
      checkIdOfTransition('team-1', 'opp-2', at),
      checkIdOfTransition('team-1', 'opp-1', '2026-01-02T03:04:05.679Z'),
      checkIdOfCommand('team-1', 'opp-1', 'command-1'),
      checkIdOfCommand('team-1', 'opp-1', 'command-2'),
    ];
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('does not confuse parts that run together', () => {
    expect(factId('ab', 'c')).not.toBe(factId('a', 'bc'));
  });
});

describe('the partition of a team', () => {
  it('is stable, within range, and spreads teams', () => {
    const partitions = Array.from({ length: 1200 }, (_, index) => partitionOf(`team-${index}`, 12));
    expect(partitionOf('team-1', 12)).toBe(partitionOf('team-1', 12));
    const counts = Array.from({ length: 12 }, (_, partition) => partitions.filter((value) => value === partition).length);
    expect(Math.min(...counts)).toBeGreaterThan(50);
    expect(Math.max(...counts)).toBeLessThan(150);
  });
});
