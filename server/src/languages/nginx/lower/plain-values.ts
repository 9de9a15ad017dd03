/** Owns the values that nginx's own setters refuse: flags, numbers, sizes, times, lists of words (ngx_conf_file.c, ngx_parse.c). */
import type { ValueRule } from '../../../facts/nginx-directives.ts';

/** What is filled in before nginx reads the file: a variable of envsubst, `__NAME__`, `@NAME@`, `%NAME%`, `<name>`, `NAME`. */
const PLACEHOLDER = /[$@%<>{}[\]]|__|^[A-Z][A-Z0-9_]*$|[^\x20-\x7e]/;

/** Arguments of which one is filled in later, with none, one or several words: `${OPTIONS}`, `<http or https>`. */
const FILLED_IN = /\$\{[A-Z]|__[A-Z]|@[A-Z][A-Z_]*@|(?:^|\s)<[^<>]*>/;

/** Whether the number of arguments is what nginx will see. */
export function isCountCertain(values: readonly string[]): boolean {
  return !FILLED_IN.test(values.join(' '));
}

/** Whether a word may be replaced before nginx reads it, so that it says nothing. */
export function isPlaceholder(value: string): boolean {
  return PLACEHOLDER.test(value);
}

const FLAG = /^(?:on|off)$/i;
export const NUMBER = /^\d+$/;
export const POSITIVE = /^0*[1-9]\d*$/;
export const SIZE = /^\d+[km]?$/i;
export const OFFSET = /^\d+[kmg]?$/i;
/** Anything but these characters is refused; which units may follow which is left to nginx (ngx_parse_time). */
export const TIME = /^[\d yMwdhms]*\d[\d yMwdhms]*$/;

/** What follows the `=` of parameters of `listen`, `server` and their like; of one directive where its name stands before it. */
const PARAMETERS: ReadonlyMap<string, RegExp> = new Map([
  ['weight=', POSITIVE],
  ['max_conns=', NUMBER],
  ['max_fails=', NUMBER],
  ['fail_timeout=', TIME],
  ['backlog=', POSITIVE],
  ['rcvbuf=', SIZE],
  ['sndbuf=', SIZE],
  ['fastopen=', NUMBER],
  ['ipv6only=', /^(?:on|off)$/],
  ['so_keepalive=', /^(?:on|off|(?=.*[1-9])[\dyMwdhms]*:?[\dyMwdhms]*:?\d*)$/],
  ['burst=', POSITIVE],
  ['delay=', POSITIVE],
  ['rate=', /^0*[1-9]\d*(?:r\/[sm])?$/],
  ['inactive=', TIME],
  ['valid=', TIME],
  ['max=', NUMBER],
  ['open_file_cache max=', POSITIVE],
  ['limit_req_zone zone=', /^[^:]*:\d+[km]?$/i],
  ['min_uses=', NUMBER],
  ['levels=', /^[12](?::[12]){0,2}$/],
  ['use_temp_path=', /^(?:on|off)$/],
  ['keys_zone=', /^[^:]+:\d+[km]?$/i],
  ['max_size=', OFFSET],
  ['min_free=', OFFSET],
  ['loader_files=', NUMBER],
  ['loader_sleep=', TIME],
  ['loader_threshold=', TIME],
  ['manager_files=', NUMBER],
  ['manager_sleep=', TIME],
  ['manager_threshold=', TIME],
]);

/** Whether nginx may take a single value. */
function accepts({ name, kind, words, least, most }: ValueRule, value: string): boolean {
  if (PLACEHOLDER.test(value)) return true;
  switch (kind) {
    case 'flag':
      return FLAG.test(value);
    case 'number':
      return NUMBER.test(value) && Number(value) >= least && Number(value) <= most;
    case 'size':
      return SIZE.test(value);
    case 'offset':
      return OFFSET.test(value);
    case 'msec':
    case 'sec':
      return TIME.test(value);
    case 'enum':
    case 'mask': {
      const lower = value.toLowerCase();
      return words.some((word) => word.toLowerCase() === lower);
    }
    case 'words':
      return knowsWord(words, value) && hasRightValue(name, value);
    case 'bufs':
      return true;
  }
}

function knowsWord(words: readonly string[], value: string): boolean {
  return words.some((word) => (word.endsWith('*') ? value.startsWith(word.slice(0, -1)) : word === value));
}

/** Whether what follows the `=` of a parameter is of its kind. */
function hasRightValue(name: string, value: string): boolean {
  const at = value.indexOf('=') + 1;
  if (at === 0) return true;
  const parameter = value.slice(0, at);
  const pattern = PARAMETERS.get(`${name} ${parameter}`) ?? PARAMETERS.get(parameter);
  return pattern === undefined || pattern.test(value.slice(at));
}

/** The first argument that nginx refuses, by its index; undefined where it may take them all. */
export function refusedAt(rule: ValueRule, values: readonly string[]): number | undefined {
  const text = (at: number): string => values[at] ?? '';
  switch (rule.kind) {
    case 'bufs':
      if (values.length !== 2) return undefined;
      if (!isPlaceholder(text(0)) && !POSITIVE.test(text(0))) return 0;
      return isPlaceholder(text(1)) || (SIZE.test(text(1)) && /[1-9]/.test(text(1))) ? undefined : 1;
    case 'mask':
    case 'words':
      for (let at = rule.first; at < values.length; at++) if (!accepts(rule, text(at))) return at;
      return undefined;
    default:
      return values.length !== 1 || accepts(rule, text(0)) ? undefined : 0;
  }
}

const ON = /^(?:true|yes|1|enabled?)$/i;
const OFF = /^(?:false|no|0|disabled?|none)$/i;

/** `on` or `off` for a word of other products that means it. */
export function switchFor(value: string): 'on' | 'off' | undefined {
  if (ON.test(value)) return 'on';
  return OFF.test(value) ? 'off' : undefined;
}

/** More words than these are not listed. */
const FEW = 8;

function wordList(words: readonly string[]): string {
  const shown = words.map((word) => `\`${word}\``);
  const last = shown.pop() ?? '';
  return shown.length === 0 ? last : `${shown.join(', ')} or ${last}`;
}

/** What nginx wants instead of a value, without a full stop. */
export function complaintOf(rule: ValueRule, value: string, at: number): string {
  const { name } = rule;
  const shown = `\`${value}\``;
  switch (rule.kind) {
    case 'flag':
      return `\`${name}\` is \`on\` or \`off\`, not ${shown}`;
    case 'number':
      return `\`${name}\` takes ${numberWord(rule)}, not ${shown}`;
    case 'size':
      return `\`${name}\` takes a size such as \`8k\` or \`1m\`, not ${shown}`;
    case 'offset':
      return `\`${name}\` takes a size such as \`8k\`, \`1m\` or \`1g\`, not ${shown}`;
    case 'msec':
      return `\`${name}\` takes a time such as \`60s\`, \`500ms\` or \`1h\`, not ${shown}`;
    case 'sec':
      return `\`${name}\` takes a time such as \`60s\` or \`1h\`, not ${shown}`;
    case 'bufs':
      return `\`${name}\` takes a number and a size such as \`4 8k\`, not ${shown} as the ${at === 0 ? 'number' : 'size'}`;
    case 'enum':
      return `\`${name}\` is ${wordList(rule.words)}, not ${shown}`;
    case 'mask':
      return rule.words.length > FEW
        ? `${shown} is none of the values of \`${name}\``
        : `\`${name}\` takes ${wordList(rule.words)}, not ${shown}`;
    case 'words':
      return knowsWord(rule.words, value)
        ? `${shown} of \`${name}\` has a value that nginx does not take`
        : `\`${name}\` has no parameter ${shown}`;
  }
}

function numberWord({ least, most }: ValueRule): string {
  if (most < Number.POSITIVE_INFINITY) return `a number from ${least} to ${most}`;
  return least > 0 ? `a number from ${least} on` : 'a whole number';
}
