const MASK = '********';

/** Names of variables whose value lets somebody in; headers of requests among them, as `HTTP_NAME`. */
const secret = /AUTHORI[SZ]ATION|COOKIE|TOKEN|SECRET|PASSW|API_?KEY|SESSION|CREDENTIAL|SIGNATURE/i;

/** A variable of a request, as `NAME=value`, that can be shown: a secret is masked, and so is every value of a query. */
export function maskVariable(variable: string): string {
  const at = variable.indexOf('=');
  if (at < 0) return variable;
  const [name, value] = [variable.slice(0, at), variable.slice(at + 1)];
  if (secret.test(name)) return `${name}=${MASK}`;
  if (name === 'QUERY_STRING') return `${name}=${maskQuery(value)}`;
  // REQUEST_URI and HTTP_REFERER hold a query as well.
  const query = value.indexOf('?');
  return query < 0 ? variable : `${name}=${value.slice(0, query + 1)}${maskQuery(value.slice(query + 1))}`;
}

const maskQuery = (query: string): string => query.replace(/(^|[&;])([^=&;]*)=[^&;]*/g, `$1$2=${MASK}`);
