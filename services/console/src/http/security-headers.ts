import helmet from '@fastify/helmet';
import type { FastifyInstance, FastifyReply } from 'fastify';

const NOTHING = ["'none'"];
const OURS = ["'self'"];

/** What our pages may load and where their forms go: our own files, nothing inline, nothing framed. */
const PAGES = {
  defaultSrc: NOTHING,
  scriptSrc: OURS,
  styleSrc: OURS,
  imgSrc: [...OURS, 'data:'],
  fontSrc: OURS,
  connectSrc: OURS,
  formAction: OURS,
  baseUri: NOTHING,
  frameAncestors: NOTHING,
};

/**
 * Security headers on every answer, also on refusals. The referrer is kept for our own pages, since without it browsers leave the origin out of forms, by
 * which changes are checked.
 */
export async function setSecurityHeaders(server: FastifyInstance, publicUrl: string): Promise<void> {
  const secure = publicUrl.startsWith('https:');
  await server.register(helmet, { global: false });
  const policy = policyOf(PAGES, secure);
  server.addHook('onRequest', (_, reply, done) => {
    void reply.helmet(policy);
    done();
  });
}

/** Lets a page of ours have styles that carry this nonce: the web app's components write some of theirs while it runs. */
export function allowNonce(reply: FastifyReply, nonce: string): void {
  const policy = String(reply.getHeader('content-security-policy'));
  void reply.header('content-security-policy', policy.replace("style-src 'self'", `style-src 'self' 'nonce-${nonce}'`));
}

function policyOf(
  directives: Record<string, string[]>,
  secure: boolean,
): Parameters<import('fastify').FastifyReply['helmet']>[0] {
  return {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { ...directives, ...(secure ? { upgradeInsecureRequests: [] } : {}) },
    },
    referrerPolicy: { policy: 'same-origin' },
    strictTransportSecurity: secure ? { maxAge: 31_536_000, includeSubDomains: false } : false,
    crossOriginEmbedderPolicy: false,
  };
}
