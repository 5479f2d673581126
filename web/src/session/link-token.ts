import { useEffect, useState } from 'react';

/** The secret of a one-time link: what stands behind `#`, which no server is sent. Follows the address when another link is pasted. */
export function useLinkToken(): string {
  const [token, setToken] = useState(read);
  useEffect(() => {
    const follow = (): void => setToken(read());
    window.addEventListener('hashchange', follow);
    return () => window.removeEventListener('hashchange', follow);
  }, []);
  return token;
}

function read(): string {
  return window.location.hash.slice(1);
}
