/** Owns why settings-invalid has no proof on a server. */
export const unprovable = 'wsslint.json is read by wsslint alone; no server knows it.';
