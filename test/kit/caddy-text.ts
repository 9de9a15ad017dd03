/** Owns how a user's Caddy configuration is moved into a test: file names in its text, and the rest in what Caddy makes of it. */
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

/** Where the configuration of Caddy lives; relative file names count from here. */
export const CADDY_FOLDER = '/etc/caddy';

/** A JSON value. */
export type Json = null | boolean | number | string | Json[] | JsonObject;
export interface JsonObject {
  [name: string]: Json;
}

/**
 * The files to write, by absolute path, for a test whose folder is `root`. Lines keep their numbers. Words that name one of
 * the files, or a folder of theirs, lie below `root`; times are scaled.
 */
export function rewriteCaddyfiles(options: ServerOptions, root: string): Map<string, string> {
  const written = replacedFiles(options);
  const absolute = [...written.keys()].map((name) => (isAbsolute(name) ? name : join(CADDY_FOLDER, name)));
  const files = new Map<string, string>();
  for (const [name, text] of written) {
    const path = join(root, isAbsolute(name) ? name : join(CADDY_FOLDER, name));
    files.set(path, isConfiguration(text) ? rewriteText(text, options, root, absolute) : text);
  }
  return files;
}

function rewriteText(text: string, options: ServerOptions, root: string, absolute: readonly string[]): string {
  const replacements: Replacement[] = [];
  for (const match of text.matchAll(/"((?:\\.|[^"\\])*)"|`([^`]*)`|[^\s"`]+/g)) {
    const word = match[1] ?? match[2] ?? match[0];
    const index = match.index + (word === match[0] ? 0 : 1);
    const before = word.replace(/\*.*$/, '');
    const isFile =
      isAbsolute(word) && absolute.some((name) => name === word || name.startsWith(before.replace(/\/?$/, '/')));
    const replaced = isFile ? root + word : options.scale?.[word];
    if (replaced !== undefined) replacements.push({ start: index, end: index + word.length, text: replaced });
  }
  return applyReplacements(text, replacements);
}

/**
 * What `caddy adapt` made of the text, for a test:
 * - each listener gets a port of 127.0.0.1, by its written port; so do Caddy's ports for plain HTTP and HTTPS;
 * - addresses of back ends become back ends of the test, others 127.0.0.1; the name that TLS checks stays;
 * - certificates that Caddy would ask somebody for come from its own authority, which no store of the machine gets to know;
 * - it is administered through a socket in the test's folder.
 */
export function rewriteCaddyJson(adapted: JsonObject, options: ServerOptions, socket: string, table: PortTable): Json {
  const config = moved(adapted, options, table) as JsonObject;
  const apps = objectIn(config, 'apps');
  const http = objectIn(apps, 'http');
  http.http_port = table.portFor(`${http.http_port ?? 80}`);
  http.https_port = table.portFor(`${http.https_port ?? 443}`);
  objectIn(objectIn(objectIn(apps, 'pki'), 'certificate_authorities'), 'local').install_trust = false;
  const automation = objectIn(objectIn(apps, 'tls'), 'automation');
  const policies = Array.isArray(automation.policies) ? automation.policies.filter(isObject) : [];
  if (policies.every(({ subjects }) => subjects !== undefined)) policies.push({});
  automation.policies = policies.map(({ managers, ...policy }) => ({ ...policy, issuers: [{ module: 'internal' }] }));
  config.admin = { listen: `unix/${socket}`, origins: ['localhost'], config: { persist: false } };
  return config;
}

function moved(value: Json, options: ServerOptions, table: PortTable): Json {
  if (Array.isArray(value)) return value.map((one) => moved(one, options, table));
  if (!isObject(value)) return value;
  const result: JsonObject = {};
  for (const [name, inner] of Object.entries(value)) {
    if (name === 'listen' && Array.isArray(inner)) result[name] = inner.map((one) => movedListener(one, table));
    else if (name === 'dial' && typeof inner === 'string') result[name] = movedPeer(inner, options);
    else result[name] = moved(inner, options, table);
  }
  keepName(value, result);
  return result;
}

function movedListener(address: Json, table: PortTable): Json {
  const [, host, port] = (typeof address === 'string' ? /^(?:tcp\d?\/)?(.*):(\d+)$/.exec(address) : undefined) ?? [];
  if (port === undefined || host === undefined || host.includes('/')) return address;
  return `${/^127\./.test(host) ? host : '127.0.0.1'}:${table.portFor(port)}`;
}

function movedPeer(address: string, options: ServerOptions): string {
  return (
    withBackend(address, options.backends) ?? (/[{/]/.test(address) ? undefined : withLocalHost(address)) ?? address
  );
}

/** A handler that speaks TLS to a name goes on to check that name. */
function keepName(written: JsonObject, result: JsonObject): void {
  const [first] = Array.isArray(written.upstreams) ? written.upstreams.filter(isObject) : [];
  const { transport } = result;
  const host = typeof first?.dial === 'string' ? /^([a-z][\w.-]*):\d+$/i.exec(first.dial)?.[1] : undefined;
  if (host === undefined || !isObject(transport) || !isObject(transport.tls)) return;
  transport.tls.server_name ??= host;
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function objectIn(parent: JsonObject, name: string): JsonObject {
  const inner = parent[name];
  if (isObject(inner)) return inner;
  const made: JsonObject = {};
  parent[name] = made;
  return made;
}
