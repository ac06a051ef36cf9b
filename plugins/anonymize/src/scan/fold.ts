/**
 * What a character counts as when texts are compared: its lower-case letter without accents, or its digit; 0 for what
 * stands between words. UTF-16 code units in, code units out.
 */
export function foldTable(): Uint16Array {
  const table = new Uint16Array(65_536);
  for (let code = 0; code < 65_536; code += 1) table[code] = folded(code);
  return table;
}

function folded(code: number): number {
  // Halves of a pair: letters that are far from Latin.
  if (code >= 0xd800 && code <= 0xdfff) return code;
  const character = String.fromCharCode(code);
  if (!/[\p{L}\p{N}]/u.test(character)) return 0;
  if (code < 0x80) return character.toLowerCase().charCodeAt(0);
  const plain = character.normalize('NFKD').toLowerCase().codePointAt(0) ?? 0;
  return plain > 0xffff ? code : plain;
}
