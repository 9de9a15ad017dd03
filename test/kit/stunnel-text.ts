/** Owns how a user's stunnel configuration is moved into a test: its listeners, peers, paths. */
import { isAbsolute, join } from 'node:path';
import {
  applyReplacements,
  isConfiguration,
  type Replacement,
  replacedFiles,
  withBackend,
  withLocalHost,
} from './rewrite.ts';
import type { PortTable, ServerOptions } from './server.ts';

/** Where the configuration of stunnel lives. */
export const STUNNEL_FOLDER = '/etc/stunnel';
export const STUNNEL_MAIN = `${STUNNEL_FOLDER}/stunnel.conf`;

/** The test decides these itself, or they need rights that a test has not. */
const REMOVED = /^(foreground|pid|output|syslog|debug|setuid|setgid|chroot)$/i;
const PATHS = /^(cert|key|CAfile|CApath|CRLfile|CRLpath|PSKsecrets|include|ECHkey)$/i;
const ADDRESS_TO = /^(connect|redirect)$/i;

/**
 * The files to write, by absolute path, for a test whose folder is `root`. Lines keep their numbers.
 * - Each `accept` gets a port of 127.0.0.1.
 * - `connect` and `redirect` go to back ends of the test, others to 127.0.0.1.
 * - Absolute paths of certificates and included folders lie below `root`, relative ones in stunnel's folder.
 * - Global options that need rights or system sockets go (`setuid`, `chroot`, `output`, …).
 */
export function rewriteStunnel(options: ServerOptions, root: string, table: PortTable): Map<string, string> {
  const files = new Map<string, string>();
  for (const [name, text] of replacedFiles(options)) {
    const path = join(root, isAbsolute(name) ? name : join(STUNNEL_FOLDER, name));
    files.set(path, isConfiguration(text) ? rewriteText(text, options, root, table) : text);
  }
  return files;
}

function rewriteText(text: string, options: ServerOptions, root: string, table: PortTable): string {
  const replacements: Replacement[] = [];
  const service = text.search(/^[ \t]*\[.*\][ \t\r]*$/m);
  const global = service < 0 ? text.length : service;
  for (const line of text.matchAll(/^[ \t]*(\w+)[ \t]*=[ \t]*(.*?)[ \t\r]*$/gm)) {
    const [whole, name = '', value = ''] = line;
    const start = line.index + whole.trimEnd().length - value.length;
    const replaced = replacedValue(name, value, options, root, table);
    // In a service stunnel refuses most of them, which tests are to see.
    if (REMOVED.test(name) && line.index < global)
      replacements.push({ start: line.index, end: line.index + whole.length, text: '' });
    else if (replaced !== undefined) replacements.push({ start, end: start + value.length, text: replaced });
  }
  return applyReplacements(text, replacements);
}

function replacedValue(name: string, value: string, options: ServerOptions, root: string, table: PortTable) {
  if (/^accept$/i.test(name)) return `127.0.0.1:${table.portFor(writtenAddress(value))}`;
  if (ADDRESS_TO.test(name) && !value.startsWith('/')) {
    // A bare number is a port of the own machine.
    const address = /^\d+$/.test(value) ? `127.0.0.1:${value}` : value;
    return withBackend(value, options.backends) ?? withBackend(address, options.backends) ?? withLocalHost(address);
  }
  if (PATHS.test(name) && value !== '') return join(root, isAbsolute(value) ? value : join(STUNNEL_FOLDER, value));
  return options.scale?.[value];
}

/** `443` for `443`, `0.0.0.0:443`, `:::443` and `::443`. */
function writtenAddress(address: string): string {
  return address.replace(/^(\*|0\.0\.0\.0|::|:)?:(?=\w+$)/, '');
}
