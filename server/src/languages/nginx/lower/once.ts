/** Owns facts that are worked out when the first rule asks; sites are taken over from one reading to the next with them. */

export function once<T>(find: () => T): () => T {
  let found: { readonly is: T } | undefined;
  return () => {
    found ??= { is: find() };
    return found.is;
  };
}
