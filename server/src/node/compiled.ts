/** Owns programs as V8 compiles them. Compiled code of another version of Node, or of other flags, V8 leaves aside. */
import { readFileSync } from 'node:fs';
import { Module } from 'node:module';
import { dirname } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { Script } from 'node:vm';

/**
 * Sets V8 up for programs that are soon over. To be called before anything is compiled, because compiled code depends on it.
 *
 * The V8 of Node 20 thinks of optimizing a function after it has run 67,584 bytes of its bytecode (v8/src/flags/flag-definitions.h).
 * The command line is over in about a second, and what is optimized as early as that hardly pays for its compilation: a large
 * configuration takes a tenth less time so. Later V8s have another compiler between, and no such flag.
 */
export function tuneForShortRuns(): void {
  if (process.versions.v8.startsWith('11.')) setFlagsFromString('--interrupt-budget=300000');
}

/** Compiles a CommonJS file of this package; `code` is what `Script.createCachedData` gave for the very same text. */
export function compile(file: string, code: Buffer | undefined): Script {
  const source = Module.wrap(readFileSync(file, 'utf8'));
  return new Script(source, { filename: file, ...(code !== undefined && { cachedData: code }) });
}

/** Runs what `compile` gave, as `require` would. */
export function run(script: Script, file: string, require: NodeJS.Require): void {
  const module = { exports: {} };
  script.runInThisContext()(module.exports, require, module, file, dirname(file));
}
