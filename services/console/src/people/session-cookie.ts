import type { FastifyReply, FastifyRequest } from 'fastify';

/** The name of the session's cookie: bound to the host and to TLS wherever the console is reached over https. */
export function cookieName(publicUrl: string): string {
  return isSecure(publicUrl) ? '__Host-session' : 'session';
}

/** Gives the browser its session. */
export function giveCookie(reply: FastifyReply, publicUrl: string, secret: string, maxAgeSeconds: number): void {
  void reply.header('set-cookie', cookie(publicUrl, secret, maxAgeSeconds));
}

/** Takes it away. */
export function takeCookie(reply: FastifyReply, publicUrl: string): void {
  void reply.header('set-cookie', cookie(publicUrl, '', 0));
}

/** The session's secret in a request, if there is one. */
export function readCookie(request: FastifyRequest, publicUrl: string): string | undefined {
  return request.cookies[cookieName(publicUrl)] || undefined;
}

/** `SameSite=Lax`, since people come to a report by a link in Lever. */
function cookie(publicUrl: string, secret: string, maxAgeSeconds: number): string {
  const secure = isSecure(publicUrl) ? '; Secure' : '';
  return `${cookieName(publicUrl)}=${secret}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${maxAgeSeconds}${secure}`;
}

function isSecure(publicUrl: string): boolean {
  return publicUrl.startsWith('https:');
}
