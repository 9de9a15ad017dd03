/** Owns questions about names that come again and again. */

/** With more names than these, which no configuration has, further ones are not remembered. */
const MANY = 1000;

/** Whether a name fits a pattern. Configurations repeat few names many times, so each is tried once. */
export function rememberedTest(pattern: RegExp): (name: string) => boolean {
  const tried = new Map<string, boolean>();
  return (name) => {
    let fits = tried.get(name);
    if (fits === undefined) {
      fits = pattern.test(name);
      if (tried.size < MANY) tried.set(name, fits);
    }
    return fits;
  };
}
