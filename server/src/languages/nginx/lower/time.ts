/** Owns nginx's time values (docs, syntax: "Configuration file measurement units"). */
import { remembered } from '../../../text/names.ts';

const SECONDS: Readonly<Record<string, number>> = {
  ms: 0.001,
  s: 1,
  m: 60,
  h: 3600,
  d: 86_400,
  w: 604_800,
  M: 2_592_000,
  y: 31_536_000,
};

const SIMPLE = /^\d+s?$/;

/** Seconds of `60`, `60s`, `1h 30m`, `500ms`; undefined for what nginx would refuse or a variable. */
export const parseTime = remembered((text): number | undefined => {
  if (SIMPLE.test(text)) return Number.parseInt(text, 10);
  if (!/^(\d+(ms|[smhdwMy])?\s*)+$/.test(text)) return undefined;
  let total = 0;
  for (const [, digits, unit] of text.matchAll(/(\d+)(ms|[smhdwMy])?/g))
    total += Number(digits) * (SECONDS[unit ?? 's'] ?? 1);
  return total;
});
