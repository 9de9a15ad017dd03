/** Owns the types of package.mjs. */
export function packageExtension(root: string, packagePath?: string): Promise<string>;
