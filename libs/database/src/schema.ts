import mysql, { type SslOptions } from 'mysql2/promise';

/** A database server as its URL names it. */
export interface DatabaseServer {
  host: string;
  port: number;
  user: string;
  password: string;
  ssl?: SslOptions | undefined;
}

const DEFAULT_PORT = 3306;

/** Reads `mysql://user:password@host:port`. @throws Error without the URL in it, since it holds the password */
export function serverOf(url: string): DatabaseServer {
  if (!URL.canParse(url) || new URL(url).protocol !== 'mysql:')
    throw new Error('the database URL must look like mysql://user:password@host:3306');
  const { hostname, port, username, password } = new URL(url);
  return {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port || DEFAULT_PORT),
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
  };
}

/** How a connection is encrypted: not at all, or with the certificate checked. */
export function tlsOf(tls: boolean | { ca: string } | undefined): SslOptions | undefined {
  if (!tls) return undefined;
  return { rejectUnauthorized: true, minVersion: 'TLSv1.2', ...(tls === true ? {} : tls) };
}

/** Makes the schema if it is missing. Looks first, since a user without the right to make one may be given one. */
export async function ensureSchema(server: DatabaseServer, schema: string, connectTimeout: number): Promise<void> {
  const connection = await mysql.createConnection({ ...server, ssl: server.ssl, connectTimeout });
  try {
    const [found] = await connection.query('SELECT 1 FROM information_schema.schemata WHERE schema_name = ?', [schema]);
    if ((found as unknown[]).length === 0)
      await connection.query(
        `CREATE DATABASE IF NOT EXISTS ${mysql.escapeId(schema)} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci`,
      );
  } finally {
    await connection.end().catch(() => undefined);
  }
}
