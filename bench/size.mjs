/** Owns the size of the extension package. */
import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { row } from './report.mjs';

const GOAL_KB = 900;

export function size({ root }) {
  const file = path.join(root, 'out/wsslint.vsix');
  if (!existsSync(file)) return [row('The extension package', 'not made yet: `npm run package` does')];
  const kilobytes = statSync(file).size / 1000;
  return [row('The extension package', `${kilobytes.toFixed(0)} kB`, `less than ${GOAL_KB} kB`, kilobytes < GOAL_KB)];
}
