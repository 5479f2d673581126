/** What the words of a status tag mean to the eye. */
export type Tone = 'waiting' | 'running' | 'good' | 'bad' | 'ended';

/** The tone of a tag, by its words. */
export function statusTone(tag: string): Tone {
  const words = tag.toLowerCase();
  if (words.includes('error')) return 'bad';
  if (words.includes('complete')) return 'good';
  if (words.includes('cancel') || words.includes('skipped')) return 'ended';
  if (words.includes('waiting')) return 'waiting';
  return 'running';
}
