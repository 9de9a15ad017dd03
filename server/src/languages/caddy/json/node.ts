/** Owns the name by which lines know what they stand for in JSON. */
export type { Node } from 'jsonc-parser';
