/** Owns questions about names that come again and again. */

/** With more names than these, which no configuration has, further ones are not remembered. */
const MANY = 1000;

/** Answers a question about texts. Configurations repeat few of them many times, so each is asked about once. */
export function remembered<T>(ask: (text: string) => T): (text: string) => T {
  const asked = new Map<string, { readonly answer: T }>();
  return (text) => {
    let known = asked.get(text);
    if (known === undefined) {
      known = { answer: ask(text) };
      if (asked.size < MANY) asked.set(text, known);
    }
    return known.answer;
  };
}

/** Whether a name fits a pattern. */
export function rememberedTest(pattern: RegExp): (name: string) => boolean {
  return remembered((name) => pattern.test(name));
}
