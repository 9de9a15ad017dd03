/** Owns the values that nginx's own setters refuse: flags, numbers, sizes and times (ngx_conf_file.c, ngx_parse.c). */
import type { ValueKind } from '../../../facts/nginx-directives.ts';

/** What is filled in before nginx reads the file: a variable of envsubst, `__NAME__`, `@NAME@`, `%NAME%`, `<name>`, `NAME`. */
const PLACEHOLDER = /[$@%<>{}[\]]|__|^[A-Z][A-Z0-9_]*$/;

/** Arguments of which one is filled in later, with none, one or several words: `${OPTIONS}`, `<http or https>`. */
const FILLED_IN = /\$\{[A-Z]|__[A-Z]|@[A-Z][A-Z_]*@|(?:^|\s)<[^<>]*>/;

/** Whether the number of arguments is what nginx will see. */
export function isCountCertain(values: readonly string[]): boolean {
  return !FILLED_IN.test(values.join(' '));
}

const PATTERNS: Readonly<Record<ValueKind, RegExp>> = {
  flag: /^(?:on|off)$/i,
  number: /^\d+$/,
  size: /^\d+[km]?$/i,
  offset: /^\d+[kmg]?$/i,
  // Anything but these characters is refused; which units may follow which is left to nginx (ngx_parse_time).
  msec: /^[\d yMwdhms]*\d[\d yMwdhms]*$/,
  sec: /^[\d yMwdhms]*\d[\d yMwdhms]*$/,
};

/** Whether nginx may take a value. */
export function accepts(kind: ValueKind, value: string): boolean {
  return PLACEHOLDER.test(value) || PATTERNS[kind].test(value);
}

const ON = /^(?:true|yes|1|enabled?)$/i;
const OFF = /^(?:false|no|0|disabled?|none)$/i;

/** `on` or `off` for a word of other products that means it. */
export function switchFor(value: string): 'on' | 'off' | undefined {
  if (ON.test(value)) return 'on';
  return OFF.test(value) ? 'off' : undefined;
}

export function complaintOf(kind: ValueKind, name: string, value: string): string {
  const shown = `\`${value}\``;
  switch (kind) {
    case 'flag':
      return `\`${name}\` is \`on\` or \`off\`, not ${shown}`;
    case 'number':
      return `\`${name}\` takes a whole number, not ${shown}`;
    case 'size':
      return `\`${name}\` takes a size such as \`8k\` or \`1m\`, not ${shown}`;
    case 'offset':
      return `\`${name}\` takes a size such as \`8k\`, \`1m\` or \`1g\`, not ${shown}`;
    case 'msec':
      return `\`${name}\` takes a time such as \`60s\`, \`500ms\` or \`1h\`, not ${shown}`;
    case 'sec':
      return `\`${name}\` takes a time such as \`60s\` or \`1h\`, not ${shown}`;
  }
}
