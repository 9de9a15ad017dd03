/** Owns the reason why no server shows certificate-lifetime-too-long. */
export const unprovable =
  'servers present certificates of any lifetime; only browsers, for authorities of their own root store, and Apple’s systems refuse long ones';
