/** Owns what rules have to know of stunnel: how it takes certificate files, and its own words. */
import { OPENSSL, type ProductFacts } from '../../model/product.ts';

export const PRODUCT: ProductFacts = { ...OPENSSL, name: 'stunnel', listsNeeded: true };
