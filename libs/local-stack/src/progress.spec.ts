import { Progress } from './progress';

class Paper {
  text = '';
  constructor(readonly isTTY: boolean) {}
  write(text: string): void {
    this.text += text;
  }
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

describe('progress', () => {
  it('says what was done and how long it took', async () => {
    const paper = new Paper(false);
    expect(await new Progress(paper).step('topics', () => Promise.resolve(8))).toBe(8);
    expect(paper.text).toMatch(/^✓ topics \(\d+\.\d s\)\n$/);
  });

  it('says so while it takes longer than a second, with the newest detail', async () => {
    const paper = new Paper(false);
    await new Progress(paper).step('jars', async (detail) => {
      detail('3 files fetched');
      await pause(1600);
    });
    expect(paper.text).toMatch(/^… jars: 3 files fetched \(1\.\d s\)\n✓ jars/);
  });

  it('writes over itself on a terminal', async () => {
    const paper = new Paper(true);
    await new Progress(paper).step('jars', () => pause(1600));
    expect(paper.text).toMatch(/\r/);
    expect(paper.text.split('\n')).toHaveLength(2);
  });

  it('says what failed, and passes the failure on', async () => {
    const paper = new Paper(false);
    await expect(new Progress(paper).step('jars', () => Promise.reject(new Error('no line')))).rejects.toThrow('no line');
    expect(paper.text).toMatch(/^✗ jars/);
  });
});
