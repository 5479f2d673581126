import { createServer } from 'node:http';
import { Pool } from 'undici';

/**
 * The plainest thing that makes the same calls: one process, nothing kept, nothing retried, no broker and no database. What it takes from webhook to tag
 * is the floor that our latencies are held against. Environment: PORT, LEVER_API_URL, CERTN_API_URL, LEVER_KEY, CERTN_KEY, TAG.
 */
const {
  PORT = '0',
  LEVER_API_URL = '',
  CERTN_API_URL = '',
  LEVER_KEY = '',
  CERTN_KEY = '',
  TAG = 'CERTN - Pending',
} = process.env;
const CONNECTIONS = 128;

const lever = new URL(LEVER_API_URL);
const certn = new URL(CERTN_API_URL);
const leverPool = new Pool(lever.origin, { connections: CONNECTIONS });
const certnPool = new Pool(certn.origin, { connections: CONNECTIONS });
const leverHeaders = {
  authorization: `Basic ${Buffer.from(`${LEVER_KEY}:`).toString('base64')}`,
  'content-type': 'application/json',
};
const certnHeaders = { authorization: `Api-Key ${CERTN_KEY}`, 'content-type': 'application/json' };

async function call<T>(
  pool: Pool,
  method: 'GET' | 'POST',
  path: string,
  headers: Record<string, string>,
  body?: object,
): Promise<T> {
  const answer = await pool.request({ method, path, headers, ...(body ? { body: JSON.stringify(body) } : {}) });
  return (await answer.body.json()) as T;
}

async function move(opportunityId: string): Promise<void> {
  const path = `${lever.pathname}/opportunities/${opportunityId}`;
  const { data } = await call<{ data: { emails: string[] } }>(leverPool, 'GET', path, leverHeaders);
  const order = {
    email_address: data.emails[0],
    send_invite_email: true,
    check_types_with_arguments: { IDENTITY_VERIFICATION_1: {} },
  };
  const made = await call<{ id: string }>(certnPool, 'POST', `${certn.pathname}/api/public/cases/order/`, certnHeaders, order);
  await call(certnPool, 'GET', `${certn.pathname}/api/public/cases/${made.id}/`, certnHeaders);
  await call(leverPool, 'GET', path, leverHeaders);
  await call(leverPool, 'POST', `${path}/addTags`, leverHeaders, { tags: [TAG] });
}

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const body = JSON.parse(Buffer.concat(chunks).toString('utf8')) as { data: { opportunityId: string } };
    response.writeHead(202).end();
    move(body.data.opportunityId).catch(() => {
      process.exitCode = 1;
    });
  });
});
server.listen(Number(PORT), '127.0.0.1', () => {
  const address = server.address();
  console.log(JSON.stringify({ port: typeof address === 'object' ? address?.port : undefined }));
});
process.on('SIGTERM', () => server.close(() => process.exit()));
