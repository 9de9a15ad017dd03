/** Owns the order of the suite's checks; each leaves the workspace as it found it. */
import type { Check } from '../checks.ts';
import { editing } from './editing.ts';
import { reading } from './reading.ts';
import { views } from './views.ts';

export const checks: readonly Check[] = [...reading, ...editing, ...views];
