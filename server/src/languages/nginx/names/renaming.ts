/** Owns which names nginx takes for upstreams, variables and named locations, and which of them may be changed. */
import { NGINX_VARIABLES } from '../../../facts/nginx-variables.ts';
import type { Renaming } from '../../language.ts';
import type { Occurrence } from './occurrences.ts';

/** Families of variables that nginx itself fills for any ending (docs, varindex). */
const FAMILIES =
  /^(?:http|sent_http|sent_trailer|arg|cookie|upstream_http|upstream_trailer|upstream_cookie|proxy_protocol_tlv)_/i;

const isOwn = (name: string): boolean => NGINX_VARIABLES.has(name.toLowerCase()) || FAMILIES.test(name);

const refused = (why: string) => ({ ok: false as const, why });

/** `defined` says whether the project gives the name, `exists` whether it has another one with a key. */
export function renamingOf(
  { kind, key, name }: Occurrence,
  defined: boolean,
  exists: (key: string) => boolean,
): Renaming | undefined {
  const world = key.slice(0, key.indexOf(' '));
  const taken = (other: string): boolean => other !== key && exists(other);
  switch (kind) {
    case 'location':
      return { possible: true, accept: (text) => acceptLocation(text, (other) => taken(`${world} @${other}`)) };
    case 'variable':
      if (isOwn(name)) return { possible: false, why: `\`$${name}\` is a variable of nginx itself` };
      if (!defined) return { possible: false, why: `Nothing that can be seen defines \`$${name}\`` };
      return { possible: true, accept: (text) => acceptVariable(text, (other) => taken(`${world} $${other}`)) };
    case 'upstream':
      return {
        possible: true,
        accept: (text) => acceptUpstream(text, (other) => taken(`${world} upstream ${other}`)),
      };
  }
}

function acceptVariable(text: string, taken: (name: string) => boolean): ReturnType<Accept> {
  const name = text.trim().replace(/^\$\{(.*)\}$|^\$/, '$1');
  if (name === '') return refused('A variable needs a name');
  if (!/^\w+$/.test(name))
    return refused(`nginx reads only letters, digits and \`_\` as the name of a variable, so not \`${name}\``);
  if (/^[1-9]/.test(name)) return refused(`nginx reads \`$${name[0]}\` as a group of a regular expression`);
  if (isOwn(name)) return refused(`\`$${name}\` is a variable of nginx itself`);
  if (taken(name.toLowerCase())) return refused(`There is a \`$${name}\` already`);
  return { ok: true, name };
}

function acceptUpstream(text: string, taken: (name: string) => boolean): ReturnType<Accept> {
  const name = text.trim();
  if (name === '') return refused('An upstream needs a name');
  if (!/^[\w.-]+$/.test(name))
    return refused(`\`${name}\` cannot be the host of an address: write letters, digits, \`.\`, \`-\` and \`_\` only`);
  if (taken(name.toLowerCase()))
    return refused(`\`${name}\` is used already, as an upstream or as a host that requests go to`);
  return { ok: true, name };
}

function acceptLocation(text: string, taken: (name: string) => boolean): ReturnType<Accept> {
  const name = text.trim().replace(/^@/, '');
  if (name === '') return refused('A named location needs a name');
  if (/[\s;{}"'\\$]/.test(name)) return refused(`\`@${name}\` is no name that nginx reads as one word`);
  if (taken(name)) return refused(`The server has a \`@${name}\` already`);
  return { ok: true, name };
}

type Accept = Extract<Renaming, { readonly possible: true }>['accept'];
