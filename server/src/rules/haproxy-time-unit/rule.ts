/** Owns haproxy-time-unit: times without a unit, which are milliseconds, where seconds were meant. */
import type { Rule } from '../rule.ts';

export const rule: Rule = {
  id: 'haproxy-time-unit',
  severity: 'warning',
  since: '0.1.0',
  summary: 'A time without a unit is in milliseconds, and seconds were meant',
  sources: [
    'https://docs.haproxy.org/3.2/configuration.html#2.5',
    'https://docs.haproxy.org/3.2/configuration.html#5.2-inter',
  ],
  check({ model, report }) {
    for (const { place, message, offers } of model.unitlessTimes ?? []) report({ at: place, message, offers });
  },
};
