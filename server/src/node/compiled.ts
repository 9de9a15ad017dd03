/** Owns programs as V8 compiles them. Compiled code of another version of Node, or of other flags, V8 leaves aside. */
import { readFileSync } from 'node:fs';
import { Module } from 'node:module';
import { dirname } from 'node:path';
import { Script } from 'node:vm';

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
