/** Owns wrong usages in OpenSSL's extension files: an authority for a server, and usages that do not fit what the file is for. */
import { basename } from '../../files/paths.ts';
import type { ExtensionSection } from '../../model/issuing.ts';
import type { RuleContext } from '../rule.ts';
import { isForServers, sectionWord } from '../sections.ts';

const SIDES = [
  ['server', 'serverAuth', /(^|[^a-z])servers?([^a-z]|$)/i],
  ['client', 'clientAuth', /(^|[^a-z])clients?([^a-z]|$)/i],
] as const;

export function checkSections(context: RuleContext): void {
  for (const section of context.model.extensions ?? []) {
    const says = authorityFault(section) ?? sideFault(section, context.model.root) ?? keyUsageFault(section);
    if (says !== undefined) {
      context.report({ severity: 'warning', at: section.place, message: `${sectionWord(section)} ${says}` });
    }
  }
}

/** `CA:TRUE` beside names of hosts. What signs itself is taken for a root by those who trust it, and needs it. */
function authorityFault({ authority, names, selfSigned, keyUsages }: ExtensionSection): string | undefined {
  if (!authority.known || !authority.value || selfSigned || !names.known) return undefined;
  const hosts = names.value?.some(({ type, replacedBy }) => replacedBy === undefined && /^(DNS|IP)$/.test(type));
  // Who says that it signs certificates means an authority, whatever its names are for.
  if (hosts !== true || !keyUsages.known || keyUsages.value?.includes('keyCertSign') === true) return undefined;
  const danger = keyUsages.value === undefined ? ', and who gets its key can issue certificates for any name' : '';
  return `has \`CA:TRUE\` beside names of hosts: what it makes is an authority, which rustls and other strict verifiers refuse as a server${danger}`;
}

/** A section or a file whose name says `server` or `client`, with usages for the other one only. */
function sideFault({ name, usages }: ExtensionSection, root: string): string | undefined {
  if (!usages.known || usages.value === undefined) return undefined;
  const { value } = usages;
  const named = SIDES.filter(([, , word]) => word.test(name ?? basename(root)));
  const [one] = named;
  if (one === undefined || named.length > 1) return undefined;
  const [side, usage] = one;
  const [, other] = SIDES.find(([each]) => each !== side) ?? [];
  if (value.includes(usage) || value.includes('anyExtendedKeyUsage') || !value.some((each) => each === other))
    return undefined;
  return `is for a ${side} by its name, and its \`extendedKeyUsage\` has only \`${other}\`: OpenSSL refuses what it makes as a ${side}'s certificate ("unsuitable certificate purpose")`;
}

/** The handshakes of TLS 1.3 and of ECDHE suites are signed. */
function keyUsageFault(section: ExtensionSection): string | undefined {
  const { keyUsages } = section;
  if (!isForServers(section) || !keyUsages.known || keyUsages.value === undefined) return undefined;
  if (keyUsages.value.includes('digitalSignature')) return undefined;
  return 'makes certificates for servers whose `keyUsage` has no `digitalSignature`, which every handshake of TLS 1.3 and every ECDHE suite needs: Chrome refuses them ("ERR_SSL_KEY_USAGE_INCOMPATIBLE")';
}
