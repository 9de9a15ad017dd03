/** Owns where the documentation of the rules is published. */

const RULE_PAGES = 'https://github.com/wsslint/wsslint/blob/main/docs/rules/';

/** The address of a rule's page. */
export function rulePage(rule: string): string {
  return `${RULE_PAGES}${rule}.md`;
}
