/** Owns conditions of `.if` and `.elif`: true or false where the target decides them, undefined otherwise (src/cfgcond.c). */
import { OLDEST_SUPPORTED } from '../../facts/haproxy.ts';
import { atLeast, compareVersions, type Product, parseVersion, type Target } from '../../model/target.ts';

type Verdict = boolean | undefined;

/** HAProxy goes down as many levels (CFG_EXPR_MAXDEPTH is 1024); what is deeper is left open. */
const DEEPEST = 200;
const TOKEN = /\s*(&&|\|\||!|\(|\)|-?\d+(?![\w.(])|[a-z_]+\()/y;

const not = (one: Verdict): Verdict => (one === undefined ? undefined : !one);
const and = (a: Verdict, b: Verdict): Verdict => (a === false || b === false ? false : a && b);
const or = (a: Verdict, b: Verdict): Verdict => not(and(not(a), not(b)));

/** Thrown for a condition that HAProxy refuses, or that is written in a way that is not read here. */
class Unreadable extends Error {}

class Reader {
  private at = 0;
  private depth = 0;
  private readonly text: string;
  private readonly target: Target;

  constructor(text: string, target: Target) {
    this.text = text;
    this.target = target;
  }

  whole(): Verdict {
    const verdict = this.expression();
    if (this.text.slice(this.at).trim() !== '') throw new Unreadable();
    return verdict;
  }

  private next(): string {
    TOKEN.lastIndex = this.at;
    return TOKEN.exec(this.text)?.[1] ?? '';
  }

  private take(): string {
    TOKEN.lastIndex = this.at;
    const found = TOKEN.exec(this.text);
    if (found === null) throw new Unreadable();
    this.at += found[0].length;
    return found[1] ?? '';
  }

  private expression(): Verdict {
    if (++this.depth > DEEPEST) throw new Unreadable();
    let verdict = this.conjunction();
    while (this.next() === '||') {
      this.take();
      verdict = or(verdict, this.conjunction());
    }
    this.depth--;
    return verdict;
  }

  private conjunction(): Verdict {
    let verdict = this.term();
    while (this.next() === '&&') {
      this.take();
      verdict = and(verdict, this.term());
    }
    return verdict;
  }

  private term(): Verdict {
    let isNegated = false;
    let token = this.take();
    for (; token === '!'; token = this.take()) isNegated = !isNegated;
    const verdict = this.plain(token);
    return isNegated ? not(verdict) : verdict;
  }

  private plain(token: string): Verdict {
    if (token === '(') {
      const verdict = this.expression();
      if (this.take() !== ')') throw new Unreadable();
      return verdict;
    }
    if (/^-?\d+$/.test(token)) return Number(token) !== 0;
    if (!token.endsWith('(')) throw new Unreadable();
    const end = this.text.indexOf(')', this.at);
    if (end < 0) throw new Unreadable();
    const given = this.text.slice(this.at, end);
    this.at = end + 1;
    return decided(token.slice(0, -1), given, this.target);
  }
}

/** Whether a version is reached: what holds for every supported one holds without a target. */
function reached(target: Target, product: Product, version: string): Verdict {
  if (!/^\d+(?:\.\d+)*$/.test(version)) return undefined;
  if (target.has(product)) return atLeast(target, product, version);
  if (product !== 'haproxy') return undefined;
  const isOld = compareVersions(parseVersion(OLDEST_SUPPORTED) ?? [], parseVersion(version) ?? []) >= 0;
  return isOld ? true : undefined;
}

/** What a predicate comes to. Texts count where they are plain: quotes and the environment leave them open. */
function decided(name: string, given: string, target: Target): Verdict {
  const [first = '', second = '', ...more] = given.split(',');
  const areTexts = /^[\w./:-]*,[\w./:-]*$/.test(given) && more.length === 0;
  switch (name) {
    case 'version_atleast':
      return reached(target, 'haproxy', given);
    case 'version_before':
      return not(reached(target, 'haproxy', given));
    case 'openssl_version_atleast':
      return reached(target, 'openssl', given);
    case 'openssl_version_before':
      return not(reached(target, 'openssl', given));
    case 'streq':
      return areTexts ? first === second : undefined;
    case 'strneq':
      return areTexts ? first !== second : undefined;
    case 'strstr':
      return areTexts ? first.includes(second) : undefined;
    case 'feature':
      // Every build that people run has it; without it, there is nothing about TLS to say.
      return given === 'OPENSSL' ? true : undefined;
    default:
      return undefined;
  }
}

/** Never throws; an empty condition is false (seen with 2.6 and 3.2). */
export function verdictOf(text: string, target: Target): Verdict {
  if (text.trim() === '') return false;
  try {
    return new Reader(text, target).whole();
  } catch (error) {
    if (error instanceof Unreadable) return undefined;
    throw error;
  }
}
