/** Owns the arguments: from words to one command, or to a sentence about what is wrong with them. */
import { parseArgs } from 'node:util';
import { alternatives } from '../config/shape.ts';
import type { Severity } from '../rules/rule.ts';
import { didYouMean } from '../text/nearest.ts';

export const FORMATS = ['pretty', 'json', 'sarif', 'github', 'checkstyle'] as const;
export type Format = (typeof FORMATS)[number];

const FAIL_ON = ['error', 'warning', 'info', 'never'] as const;
export type FailOn = Severity | 'never';

const FIXES = ['safe', 'behaviour'] as const;
export type FixLevel = (typeof FIXES)[number];

export const CERTIFICATE_FORMATS = ['table', 'json', 'csv'] as const;
export type CertificateFormat = (typeof CERTIFICATE_FORMATS)[number];

/** What is said of PKCS#12 containers. */
interface Opening {
  /** A file of passwords to try on them. */
  readonly passwordFile: string | undefined;
}

export interface CertsCommand extends Opening {
  readonly kind: 'certs';
  readonly paths: readonly string[];
  readonly format: CertificateFormat;
  /** Milliseconds since 1970. */
  readonly now: number | undefined;
}

export interface CheckCommand extends Opening {
  readonly kind: 'check';
  readonly paths: readonly string[];
  readonly format: Format;
  readonly failOn: FailOn;
  /** Milliseconds since 1970. */
  readonly now: number | undefined;
  readonly fix: FixLevel | undefined;
  readonly dryRun: boolean;
  /** The nginx whose versions are the target where nothing else says them. */
  readonly nginxBinary: string | undefined;
}

export interface ShowCommand {
  readonly kind: 'show';
  readonly file: string;
  readonly nginxBinary: string | undefined;
}

export interface VerifyCommand extends Opening {
  readonly kind: 'verify';
  readonly files: readonly string[];
  /** A file of trusted certificates. */
  readonly ca: string | undefined;
  /** The name that clients use. */
  readonly name: string | undefined;
  readonly usage: 'server' | 'client';
  /** Milliseconds since 1970. */
  readonly now: number | undefined;
  readonly strict: boolean;
  readonly format: 'pretty' | 'json';
}

export type Command =
  | CheckCommand
  | CertsCommand
  | VerifyCommand
  | { readonly kind: 'explain'; readonly rule: string }
  | { readonly kind: 'rules'; readonly format: 'pretty' | 'json' }
  | ShowCommand
  | { readonly kind: 'lsp' }
  | { readonly kind: 'help' }
  | { readonly kind: 'version' };

export type Parsed =
  | { readonly ok: true; readonly command: Command }
  | { readonly ok: false; readonly message: string };

const OPTIONS = {
  format: { type: 'string' },
  'fail-on': { type: 'string' },
  now: { type: 'string' },
  fix: { type: 'string' },
  'dry-run': { type: 'boolean' },
  'nginx-binary': { type: 'string' },
  ca: { type: 'string' },
  name: { type: 'string' },
  usage: { type: 'string' },
  strict: { type: 'boolean' },
  'password-file': { type: 'string' },
  stdio: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'V' },
} as const;
type Option = keyof typeof OPTIONS;

/** The options of each command, besides `--help` and `--version`. */
const COMMANDS = {
  check: ['format', 'fail-on', 'now', 'fix', 'dry-run', 'nginx-binary', 'password-file'],
  certs: ['format', 'now', 'password-file'],
  explain: [],
  rules: ['format'],
  show: ['nginx-binary'],
  verify: ['ca', 'name', 'usage', 'now', 'strict', 'format', 'password-file'],
  lsp: ['stdio'],
} as const satisfies Readonly<Record<string, readonly Option[]>>;
type CommandName = keyof typeof COMMANDS;

/** Takes a sentence about something wrong. The first one counts; reading goes on with a harmless value. */
type Complain = (message: string) => void;

/** Options with their values (empty for flags), and the words between them. */
interface Given {
  readonly options: ReadonlyMap<Option, string>;
  readonly words: readonly string[];
  /** Whether the first word stands before a `--`, and so may be a command. */
  readonly firstIsPlain: boolean;
}

/** Reads the arguments behind the program's name. Never throws. */
export function parseArguments(argv: readonly string[]): Parsed {
  const complaints: string[] = [];
  const command = read(
    tokens(argv, (message) => complaints.push(message)),
    (message) => complaints.push(message),
  );
  const [message] = complaints;
  return message === undefined ? { ok: true, command } : { ok: false, message };
}

function read({ options, words, firstIsPlain }: Given, complain: Complain): Command {
  if (options.has('help')) return { kind: 'help' };
  if (options.has('version')) return { kind: 'version' };
  const [first] = words;
  const name = firstIsPlain && isCommand(first) ? first : undefined;
  const rest = name === undefined ? words : words.slice(1);
  const command = name ?? 'check';
  const allowed: readonly Option[] = COMMANDS[command];
  for (const option of options.keys()) {
    if (!allowed.includes(option)) complain(`--${option} means nothing to "${command}"`);
  }
  // A shell writes this for a variable that is not set; it would stand for the working directory.
  if (words.includes('')) complain('a path is empty');
  switch (command) {
    case 'check':
      return check(options, rest, complain);
    case 'certs':
      return certs(options, rest, complain);
    case 'explain':
      return { kind: 'explain', rule: only(rest, 'one rule, such as "wsslint explain certificate-expired"', complain) };
    case 'rules':
      if (rest.length > 0) complain('"rules" takes no words; "wsslint explain RULE" prints one rule');
      return { kind: 'rules', format: chosen(options, 'format', ['pretty', 'json'], complain) ?? 'pretty' };
    case 'show':
      return {
        kind: 'show',
        file: only(rest, 'one file, such as "wsslint show nginx.conf"', complain),
        nginxBinary: options.get('nginx-binary'),
      };
    case 'verify':
      return verify(options, rest, complain);
    case 'lsp':
      if (!options.has('stdio') || rest.length > 0) complain('the language server is started by "wsslint lsp --stdio"');
      return { kind: 'lsp' };
  }
}

function check(options: Given['options'], paths: readonly string[], complain: Complain): CheckCommand {
  const fix = chosen(options, 'fix', FIXES, complain);
  const format = chosen(options, 'format', FORMATS, complain);
  const failOn = chosen(options, 'fail-on', FAIL_ON, complain);
  const now = momentIn(options, complain);
  const dryRun = options.has('dry-run');
  if (dryRun && !options.has('fix')) complain('--dry-run shows what --fix would do: give both');
  if (dryRun && options.has('format')) complain('--dry-run prints a diff, so it goes with no --format');
  if (paths.length === 0) complain('name files or folders to check, such as "wsslint ."');
  return {
    kind: 'check',
    paths,
    format: format ?? 'pretty',
    failOn: failOn ?? 'warning',
    now,
    fix,
    dryRun,
    nginxBinary: options.get('nginx-binary'),
    passwordFile: options.get('password-file'),
  };
}

function certs(options: Given['options'], paths: readonly string[], complain: Complain): CertsCommand {
  const format = chosen(options, 'format', CERTIFICATE_FORMATS, complain);
  const now = momentIn(options, complain);
  if (paths.length === 0) complain('name files or folders to look for certificates in, such as "wsslint certs ."');
  return { kind: 'certs', paths, format: format ?? 'table', now, passwordFile: options.get('password-file') };
}

function verify(options: Given['options'], files: readonly string[], complain: Complain): VerifyCommand {
  if (files.length === 0) complain('name files of certificates, such as "wsslint verify fullchain.pem"');
  const name = options.get('name');
  if (name === '') complain('--name needs a host name, an IP address or a mailbox');
  return {
    kind: 'verify',
    files,
    ca: options.get('ca'),
    name,
    usage: chosen(options, 'usage', ['server', 'client'], complain) ?? 'server',
    now: momentIn(options, complain),
    strict: options.has('strict'),
    format: chosen(options, 'format', ['pretty', 'json'], complain) ?? 'pretty',
    passwordFile: options.get('password-file'),
  };
}

/** What `--now` says, in milliseconds since 1970. */
function momentIn(options: Given['options'], complain: Complain): number | undefined {
  const moment = options.get('now');
  const now = moment === undefined ? undefined : momentOf(moment);
  if (Number.isNaN(now)) complain('--now must be a day or a moment, such as 2026-03-31 or 2026-03-31T18:00:00Z');
  return now;
}

function only(words: readonly string[], what: string, complain: Complain): string {
  const [word = ''] = words;
  if (words.length !== 1) complain(`give ${what}`);
  return word;
}

function chosen<T extends string>(
  options: Given['options'],
  option: Option,
  values: readonly T[],
  complain: Complain,
): T | undefined {
  const written = options.get(option);
  const value = values.find((each) => each === written);
  if (written !== undefined && value === undefined) {
    complain(`--${option} must be ${alternatives(values)}${didYouMean(written, values)}`);
  }
  return value;
}

/** parseArgs knows no optional values, so a bare `--fix` is written out; and its complaints do not help, so they are ours. */
function tokens(argv: readonly string[], complain: Complain): Given {
  const end = argv.indexOf('--');
  const args = argv.map((word, i) => (word === '--fix' && (end < 0 || i < end) ? '--fix=safe' : word));
  const parsed = parseArgs({ args, options: OPTIONS, strict: false, tokens: true });
  const options = new Map<Option, string>();
  const words: { readonly value: string; readonly index: number }[] = [];
  let terminator = Number.POSITIVE_INFINITY;
  for (const token of parsed.tokens) {
    if (token.kind === 'option-terminator') terminator = token.index;
    else if (token.kind === 'positional') words.push(token);
    else if (!isOption(token.name))
      complain(`there is no option ${token.rawName}${didYouMean(token.rawName, OPTION_WORDS)}`);
    else {
      if (OPTIONS[token.name].type === 'boolean') {
        if (token.value !== undefined) complain(`${token.rawName} takes no value`);
      } else if (token.value === undefined || (!token.inlineValue && token.value.startsWith('-'))) {
        complain(`${token.rawName} needs a value`);
      }
      if (options.has(token.name)) complain(`--${token.name} is given twice`);
      options.set(token.name, token.value ?? '');
    }
  }
  const [first] = words;
  return {
    options,
    words: words.map(({ value }) => value),
    firstIsPlain: first !== undefined && first.index < terminator,
  };
}

const OPTION_WORDS = Object.keys(OPTIONS).map((option) => `--${option}`);

function isOption(name: string): name is Option {
  return Object.hasOwn(OPTIONS, name);
}

function isCommand(word: string | undefined): word is CommandName {
  return word !== undefined && Object.hasOwn(COMMANDS, word);
}

/** An ISO day (its first moment) or moment, in UTC where no zone is given, so that every machine judges alike; else NaN. */
function momentOf(text: string): number {
  const match = /^(\d{4}-\d{2}-\d{2})(?:(T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(Z|[+-]\d{2}:\d{2})?)?$/.exec(text);
  const [, day, time = 'T00:00:00', zone = 'Z'] = match ?? [];
  const midnight = new Date(`${day}T00:00:00Z`);
  // JavaScript takes February 30 for March 2.
  if (Number.isNaN(midnight.getTime()) || midnight.toISOString().slice(0, 10) !== day) return Number.NaN;
  return Date.parse(`${day}${time}${zone}`);
}
