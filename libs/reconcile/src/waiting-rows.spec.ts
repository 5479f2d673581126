import { UnderWay } from './waiting-rows';

it('what is asked for again while it is under way is not begun again, and after its end, good or bad, it is', async () => {
  const underWay = new UnderWay();
  const ends: ((error?: Error) => void)[] = [];
  const work = () => new Promise<void>((resolve, reject) => ends.push((error) => (error ? reject(error) : resolve())));
  const both = [underWay.once('a', work), underWay.once('a', work)];
  void underWay.once('b', work);
  expect(ends).toHaveLength(2);
  ends[0]!(new Error('away'));
  for (const one of both) await expect(one).rejects.toThrow('away');
  const again = underWay.once('a', work);
  expect(ends).toHaveLength(3);
  ends[2]!();
  await again;
});
