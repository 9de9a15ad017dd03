/** Owns the settings of the run inside a test that shows what becomes of absent things. */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { root: import.meta.dirname, include: ['*.spec.ts'], reporters: [['../reporter.ts', {}]] },
});
