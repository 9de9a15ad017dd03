/** Owns the version of wsslint, which its package.json beside the bundles tells. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(join(__dirname, '../package.json'), 'utf8'));
  return (manifest as { readonly version: string }).version;
}
