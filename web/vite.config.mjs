import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** The nonce of styles stands here in the built page; the console puts a fresh one in its place on every answer. */
const NONCE_PLACE = '__NONCE__';

/** Libraries of which every page needs nearly all. */
const EVERYWHERE = /node_modules\/(@tanstack|react|react-dom|scheduler)\//;

export default defineConfig({
  plugins: [react()],
  html: { cspNonce: NONCE_PLACE },
  // Pictures stay files: what is inlined would need `data:` in the content security policy.
  // The manifest says what each page loads; a spec adds it up. What every page needs of libraries is one file: it packs better than many.
  build: {
    ...{ target: 'es2022', assetsInlineLimit: 0, manifest: true, reportCompressedSize: false, chunkSizeWarningLimit: 700 },
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'libraries', test: EVERYWHERE }] } } },
  },
  // `npm run dev -w web` beside a running console: pages reload while one writes them.
  server: { host: '127.0.0.1', proxy: { '/api': 'http://127.0.0.1:8080', '/reports': 'http://127.0.0.1:8080' } },
});
