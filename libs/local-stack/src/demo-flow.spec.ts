import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isoTime } from '@lever-certn/events/fields';
import { checkIdOfTransition } from '@lever-certn/events/identity.rules';
import { DemoFailedError, DemoFlow } from './demo-flow';
import { TEAM_NAME } from './demo-team';

const MOVED_AT = Date.parse('2026-03-02T12:00:00.000Z');
const TEAM_ID = '3f0e5c1e-6f0a-4c7b-9d3f-0a1b2c3d4e5f';
const TAG_AFTER: Record<string, string> = {
  submit: 'CERTN - Analyzing',
  'complete-service': 'CERTN - Partial',
  complete: 'CERTN - Complete',
};

let server: Server;
let url: string;
let tag = 'CERTN - Pending';
/** What stands at the vendors in the end beside what should. */
let more: { links: string[]; cases: number };

/** Both vendors and the console, as the demo sees them when all goes well but for `more`. */
function answerTo(path: string, body: { action?: string }): unknown {
  const isOver = tag === TAG_AFTER.complete;
  const made = { id: 'case-1', overall_status: 'APPLICANT_INVITED', checks: [] };
  if (path.endsWith('/act')) tag = TAG_AFTER[body.action!] ?? tag;
  if (path.includes('/cases?')) return [made, ...(isOver ? Array.from({ length: more.cases }, () => made) : [])];
  if (path.includes('/opportunities')) {
    const link = `${url}/reports/${checkIdOfTransition(TEAM_ID, 'opportunity-1', isoTime(MOVED_AT))}`;
    const links = [link, ...(isOver ? more.links : [])];
    return { id: 'opportunity-1', tags: ['Warehouse', tag], links, stageChanges: [{ toStageId: 's', updatedAt: MOVED_AT }] };
  }
  if (path.startsWith('/api/teams')) return { id: TEAM_ID, name: TEAM_NAME, items: [{ id: TEAM_ID, name: TEAM_NAME }] };
  return {};
}

beforeAll(async () => {
  server = createServer((request, response) => {
    let text = '';
    request.on('data', (part) => (text += String(part)));
    request.on('end', () => {
      const body = (text ? JSON.parse(text) : {}) as { action?: string };
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(answerTo(request.url!, body)));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));
beforeEach(() => {
  tag = 'CERTN - Pending';
  more = { links: [], cases: 0 };
});

async function run(): Promise<string[]> {
  const lines: string[] = [];
  const ground = { consoleUrl: url, sandboxUrl: url, publicConsoleUrl: url, adminEmail: 'a@example.com', adminPassword: 'p' };
  await new DemoFlow(ground, (line) => lines.push(line)).run();
  return lines;
}

describe('the demo', () => {
  it('says each step with its time, and ends well where Lever has exactly the right tag and link', async () => {
    const lines = await run();
    expect(lines.every((line) => /^ *\d+\.\d\d s /.test(line))).toBe(true);
    expect(lines.at(-1)).toContain('one case at Certn, one status tag and one link');
  });

  it('fails where Lever ends with a link too many', async () => {
    more.links = ['https://example.com/another'];
    const end = run();
    await expect(end).rejects.toThrow(DemoFailedError);
    await expect(end).rejects.toThrow('the links are');
  });

  it('fails where Certn ends with a case too many', async () => {
    more.cases = 1;
    await expect(run()).rejects.toThrow('Certn has 2 cases');
  });
});
