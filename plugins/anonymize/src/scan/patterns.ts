import { isValidIBAN } from 'ibantools';

/** What has the form of something personal, and is none of what the masks make. */
export type PatternKind = 'email' | 'iban' | 'nir' | 'phone';

export interface Match {
  readonly kind: PatternKind;
  readonly text: string;
  /** It could be one of ours, or no such thing at all. */
  readonly real: boolean;
}

const EMAIL = /[\p{L}\p{N}._%+'-]+@((?:[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?\.)+\p{L}{2,})/gu;
/** Domains that RFC 2606 and RFC 6761 set apart. */
const NOBODYS = /(^|\.)(example\.(com|net|org)|invalid|test|example|localhost)$/i;
const IBAN = /(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?![A-Za-z0-9])/g;
const NIR = /(?<![\w.,-])[12](?: ?\d{2}){2} ?(?:\d{2}|2[AB]) ?\d{3} ?\d{3} ?\d{2}(?![\w])/g;
const PHONE = /(?<![\w.,-])(?:\+33 ?|0033 ?|\+33 ?\(0\) ?|0)[1-9](?:[ .-]?\d{2}){4}(?![\w])/g;
/** Given out by nobody: ARCEP keeps them for films and books. The masks draw from them. */
const FICTIONAL = /^0(19900|26191|35301|46571|53649|63998)/;

/** Finds them in a text. `@` and digits are what the caller has seen in it: without them there is nothing to look for. */
export function matches(text: string, has: { readonly at: boolean; readonly digits: number }): Match[] {
  const found: Match[] = [];
  const look = (kind: PatternKind, pattern: RegExp, isReal: (text: string, part: string) => boolean): void => {
    for (const match of text.matchAll(pattern))
      found.push({ kind, text: match[0], real: isReal(match[0], match[1] ?? '') });
  };
  if (has.at) look('email', EMAIL, (_, domain) => !NOBODYS.test(domain));
  if (has.digits >= 9) look('phone', PHONE, isRealPhone);
  if (has.digits >= 13) {
    look('nir', NIR, isRealNir);
    look('iban', IBAN, isRealIban);
  }
  return found;
}

const isRealPhone = (text: string): boolean =>
  !FICTIONAL.test(text.replaceAll(/[^\d+]/g, '').replace(/^(\+33|0033)0?/, '0'));

/** Bank 99999 is the masks'. */
function isRealIban(text: string): boolean {
  const compact = text.replaceAll(' ', '');
  return isValidIBAN(compact) && !/^FR\d{2}99999/.test(compact);
}

/** Months are 1 to 12, or 20 to 42 for people whose month is not known; those of the masks begin at 50. */
function isRealNir(text: string): boolean {
  const compact = text.replaceAll(' ', '');
  const month = Number(compact.slice(3, 5));
  if (!((month >= 1 && month <= 12) || (month >= 20 && month <= 42))) return false;
  // Corsica counts as 19 and 18 (decree 82-103).
  const number = compact.slice(0, 13).replace('2A', '19').replace('2B', '18');
  return /^\d{13}$/.test(number) && 97n - (BigInt(number) % 97n) === BigInt(compact.slice(13));
}
