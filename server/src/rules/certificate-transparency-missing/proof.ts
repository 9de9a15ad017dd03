/** Owns the reason why no server shows certificate-transparency-missing. */
export const unprovable =
  'servers present the certificate all the same; only browsers ask for timestamps, and of authorities in their own root store alone, of which no test has a key';
