import { readFileSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

/** Rule pages are imported as text, as esbuild's `text` loader does in the bundles. */
const markdownAsText = {
  name: 'markdown-as-text',
  enforce: 'pre' as const,
  load(id: string) {
    return id.endsWith('.md') ? `export default ${JSON.stringify(readFileSync(id, 'utf8'))}` : undefined;
  },
};

export default defineConfig({
  plugins: [markdownAsText],
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/kit/seed.ts'],
    exclude: ['test/e2e/**', 'node_modules/**'],
    reporters: ['default', './test/kit/reporter.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
