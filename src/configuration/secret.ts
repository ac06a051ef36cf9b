/** Whether the name of a variable that nobody declared says that it holds a secret. */
export const looksSecret = (name: string): boolean =>
  /PASS(WORD|WD|PHRASE)?|SECRET|TOKEN|CREDENTIAL|PRIVATE|(^|_)(KEY|DSN|URI|CONNECTION_STRING)(_|$)/.test(name);

/** A URL with a password in it. */
export const holdsCredentials = (value: string): boolean => /:\/\/[^/\s@]*:[^\s@]+@/.test(value);
