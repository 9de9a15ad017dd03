/** Owns where the repository is, for tests that read its files. */
import { resolve } from 'node:path';

/** The folder of the checkout; absolute. */
export const repositoryRoot: string = resolve(import.meta.dirname, '../..');
