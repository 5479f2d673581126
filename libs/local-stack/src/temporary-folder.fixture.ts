import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** A folder of a spec's own, removed when its file is done. */
export function temporaryFolder(): () => string {
  let folder: string;
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'local-stack-spec-'));
  });
  afterEach(() => {
    fs.rmSync(folder, { recursive: true, force: true });
  });
  return () => folder;
}
