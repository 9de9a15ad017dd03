/** Owns the order of the suite's checks; each leaves the workspace as it found it. */
import type { Check } from '../checks.ts';
import { certificates } from './certificates.ts';
import { editing } from './editing.ts';
import { revertAll } from './editor.ts';
import { navigating } from './navigating.ts';
import { reading } from './reading.ts';
import { views } from './views.ts';

/** What a failed check leaves unsaved must not fail the next one. */
function clean({ name, run }: Check): Check {
  return { name, run: () => run().finally(revertAll) };
}

export const checks: readonly Check[] = [...reading, ...navigating, ...editing, ...certificates, ...views].map(clean);
