import { describe, expect, it } from 'vitest';
import { parseArguments } from '../../server/src/cli/arguments.ts';

const parse = (line: string) => parseArguments(line === '' ? [] : line.split(' '));
const CHECK = {
  kind: 'check',
  format: 'pretty',
  failOn: 'warning',
  now: undefined,
  fix: undefined,
  dryRun: false,
  nginxBinary: undefined,
};

describe('arguments that mean something', () => {
  it.each([
    ['a.conf b', { ...CHECK, paths: ['a.conf', 'b'] }],
    ['check a.conf', { ...CHECK, paths: ['a.conf'] }],
    ['check check', { ...CHECK, paths: ['check'] }],
    ['a.conf rules', { ...CHECK, paths: ['a.conf', 'rules'] }],
    ['-- rules', { ...CHECK, paths: ['rules'] }],
    ['-- --fix', { ...CHECK, paths: ['--fix'] }],
    ['check -- -x', { ...CHECK, paths: ['-x'] }],
    ['--format json a', { ...CHECK, paths: ['a'], format: 'json' }],
    ['a --format=sarif', { ...CHECK, paths: ['a'], format: 'sarif' }],
    ['--fail-on never a', { ...CHECK, paths: ['a'], failOn: 'never' }],
    ['--fix a', { ...CHECK, paths: ['a'], fix: 'safe' }],
    ['--nginx-binary /usr/sbin/nginx a', { ...CHECK, paths: ['a'], nginxBinary: '/usr/sbin/nginx' }],
    ['--fix=behaviour --dry-run a', { ...CHECK, paths: ['a'], fix: 'behaviour', dryRun: true }],
    ['--now 2026-03-31 a', { ...CHECK, paths: ['a'], now: Date.UTC(2026, 2, 31) }],
    ['--now 2026-03-31T18:30 a', { ...CHECK, paths: ['a'], now: Date.UTC(2026, 2, 31, 18, 30) }],
    ['--now 2026-03-31T18:30:10.5+02:00 a', { ...CHECK, paths: ['a'], now: Date.UTC(2026, 2, 31, 16, 30, 10, 500) }],
    ['--now 2024-02-29 a', { ...CHECK, paths: ['a'], now: Date.UTC(2024, 1, 29) }],
    ['explain x', { kind: 'explain', rule: 'x' }],
    ['rules', { kind: 'rules', format: 'pretty' }],
    ['--format json rules', { kind: 'rules', format: 'json' }],
    ['show nginx.conf', { kind: 'show', file: 'nginx.conf' }],
    [
      'verify a.pem b.pem',
      {
        kind: 'verify',
        files: ['a.pem', 'b.pem'],
        ca: undefined,
        name: undefined,
        usage: 'server',
        now: undefined,
        strict: false,
        format: 'pretty',
      },
    ],
    [
      'verify a --ca r --name x.example --usage client --strict --format json --now 2026-03-31',
      {
        kind: 'verify',
        files: ['a'],
        ca: 'r',
        name: 'x.example',
        usage: 'client',
        now: Date.UTC(2026, 2, 31),
        strict: true,
        format: 'json',
      },
    ],
    ['lsp --stdio', { kind: 'lsp' }],
    ['--help', { kind: 'help' }],
    ['-h', { kind: 'help' }],
    ['rules --help', { kind: 'help' }],
    ['-V', { kind: 'version' }],
    ['--version', { kind: 'version' }],
  ])('%s', (line, command) => {
    expect(parse(line)).toEqual({ ok: true, command });
  });
});

describe('arguments that mean nothing', () => {
  it.each([
    ['', 'name files or folders to check, such as "wsslint ."'],
    ['check', 'name files or folders to check, such as "wsslint ."'],
    ['--fromat json a', 'there is no option --fromat; did you mean "--format"?'],
    ['-x a', 'there is no option -x'],
    ['--constructor a', 'there is no option --constructor'],
    ['--format xml a', '--format must be "pretty", "json", "sarif", "github" or "checkstyle"'],
    ['--format jsno a', '--format must be "pretty", "json", "sarif", "github" or "checkstyle"; did you mean "json"?'],
    ['--format', '--format needs a value'],
    ['--format --fix a', '--format needs a value'],
    ['--format json --format sarif a', '--format is given twice'],
    ['--fail-on fatal a', '--fail-on must be "error", "warning", "info" or "never"'],
    ['--fix=all a', '--fix must be "safe" or "behaviour"'],
    ['--dry-run a', '--dry-run shows what --fix would do: give both'],
    ['--dry-run=yes --fix a', '--dry-run takes no value'],
    ['--fix --dry-run --format json a', '--dry-run prints a diff, so it goes with no --format'],
    ['--now tomorrow a', '--now must be a day or a moment, such as 2026-03-31 or 2026-03-31T18:00:00Z'],
    ['verify', 'name files of certificates, such as "wsslint verify fullchain.pem"'],
    ['verify a --name=', '--name needs a host name, an IP address or a mailbox'],
    ['verify a --usage both', '--usage must be "server" or "client"'],
    ['verify a --format sarif', '--format must be "pretty" or "json"'],
    ['verify a --fix', '--fix means nothing to "verify"'],
    ['a --strict', '--strict means nothing to "check"'],
    ['--now 2026-02-30 a', '--now must be a day or a moment, such as 2026-03-31 or 2026-03-31T18:00:00Z'],
    ['--now 2026-03-31Z a', '--now must be a day or a moment, such as 2026-03-31 or 2026-03-31T18:00:00Z'],
    ['--now 2026-03-31T25:00 a', '--now must be a day or a moment, such as 2026-03-31 or 2026-03-31T18:00:00Z'],
    ['explain', 'give one rule, such as "wsslint explain certificate-expired"'],
    ['explain a b', 'give one rule, such as "wsslint explain certificate-expired"'],
    ['explain --fix a', '--fix means nothing to "explain"'],
    ['rules x', '"rules" takes no words; "wsslint explain RULE" prints one rule'],
    ['rules --format sarif', '--format must be "pretty" or "json"'],
    ['show', 'give one file, such as "wsslint show nginx.conf"'],
    ['lsp', 'the language server is started by "wsslint lsp --stdio"'],
    ['a --stdio', '--stdio means nothing to "check"'],
  ])('%s', (line, message) => {
    expect(parse(line)).toEqual({ ok: false, message });
  });
});
