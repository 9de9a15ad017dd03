/** Owns `http-request` rules that are put before all others of their proxy. */
import type { FileEdits } from '../../../model/remedy.ts';
import { insertRule } from '../edits.ts';
import type { ProxySection } from '../proxies.ts';
import type { Whole } from '../syntax/tree.ts';

/** Puts rules before the others of a proxy, in this order. */
export function addRules(
  { section, file }: ProxySection,
  whole: Whole,
  rules: readonly string[],
): readonly FileEdits[] {
  return [{ file, edits: rules.map((rule) => insertRule(whole, section, rule)) }];
}

export const REDIRECT_TO_TLS = 'http-request redirect scheme https code 301 unless { ssl_fc }';
