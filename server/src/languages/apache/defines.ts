/** Owns `Define` and `${…}`: what a configuration calls its values, in the order in which Apache reads it (server/core.c, ap_resolve_env). */

/** Names that the configuration defines itself; what the command line and the environment define is not known. */
export class Defines {
  readonly #values = new Map<string, string | undefined>();

  /** Without a value the name is only there, for `<IfDefine>`. A value that is itself open is not known. */
  define(name: string, value: string | undefined): void {
    this.#values.set(name, value === undefined ? '' : value.includes('${') ? undefined : value);
  }

  undefine(name: string): void {
    this.#values.delete(name);
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  /** A text with all names filled in that are known; undefined when it has none. `plain` words fall apart at white space. */
  resolve(text: string, plain: boolean): string | undefined {
    if (!text.includes('${')) return undefined;
    return text.replace(/\$\{([^}:]*)\}/g, (written, name: string) => {
      const value = this.#values.get(name);
      return value === undefined || (plain && /[\s"']/.test(value)) ? written : value;
    });
  }
}
