/** Owns the question whether Caddy refuses what the parser refuses, and takes what it takes. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parse } from '../../server/src/languages/caddy/syntax/parser.ts';
import { compareVersions, parseVersion } from '../../server/src/model/target.ts';
import { caddyAdapt, caddyVersion } from '../kit/caddy.ts';
import { type Generation, onGeneration } from '../kit/generations.ts';
import { describeWith } from '../kit/required.ts';
import { bare, sound, spoilt } from './texts.ts';

/** Each asks a real Caddy. */
const ASKED = 60;

/** What is about words and braces; other messages are about what directives mean, which the parser does not know. */
const SYNTAX =
  /unexpected (EOF|next token|'\{|'\}|token)|expecting|no matching opening brace|heredoc|Expected another address|end with a curly brace|cannot contain a comma|must be first|matchers may not be defined|previously declared snippet|unrecognized directive: \{(?=$| |,)/im;

async function verdictOf(text: string): Promise<{ ok: boolean; syntax: boolean; output: string }> {
  const { ok, output } = await caddyAdapt({ files: { Caddyfile: text } });
  return { ok, syntax: !ok && SYNTAX.test(output), output };
}

function ask(generation: Generation): void {
  it('takes every text without a fault', () =>
    onGeneration(generation, async () => {
      for (const text of fc.sample(fc.oneof(sound, bare), ASKED)) {
        const { ok, output } = await verdictOf(text);
        expect([parse(text).problems, ok], `${text}\n${output}`).toEqual([[], true]);
      }
    }));

  it('refuses what the parser refuses, and has no fault of syntax that the parser has not', () =>
    onGeneration(generation, async () => {
      const version = parseVersion(await caddyVersion()) ?? [];
      // Before 2.7 there were no heredocs.
      const heredocs = compareVersions(version, [2, 7]) >= 0;
      let refused = 0;
      for (const text of fc.sample(spoilt, ASKED)) {
        if (text.includes('<<') && !heredocs) continue;
        // A variable that goes on to the brace of some other line.
        if (/\{\$[^}\n]*\n/.test(text)) continue;
        const { ok, syntax, output } = await verdictOf(text);
        const ours = parse(text).problems.map(({ message }) => message);
        if (ours.length > 0) expect(ok, `${text}\n${ours.join('\n')}`).toBe(false);
        if (syntax) expect(ours.length, `${text}\n${output}`).toBeGreaterThan(0);
        if (ours.length > 0) refused++;
      }
      expect(refused).toBeGreaterThan(10);
    }));
}

describeWith('caddy', 'the installed Caddy', () => ask('installed'));
describeWith('sid', 'the Caddy of Debian sid', () => ask('sid'));
