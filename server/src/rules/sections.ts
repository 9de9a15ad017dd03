/** Owns what the rules know of sections of OpenSSL's extension files: what a section is called, and what it is for. */
import type { ExtensionSection } from '../model/issuing.ts';

/** How a message begins that speaks of a section. */
export function sectionWord({ name }: ExtensionSection): string {
  return name === undefined ? 'This file' : `The section \`[ ${name} ]\``;
}

/** Whether what it makes is for servers for certain: by its usages, and no authority. */
export function isForServers({ usages, authority }: ExtensionSection): boolean {
  return isUsage(usages, 'serverAuth') && authority.known && !authority.value;
}

function isUsage(usages: ExtensionSection['usages'], usage: string): boolean {
  return usages.known && usages.value?.includes(usage) === true;
}
