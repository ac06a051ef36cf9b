import { access } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { judgeOnDisk } from '../../certificates/index.ts';
import type { Facts } from '../facts.ts';
import { type Check, ofProblem, Unavailable } from '../types.ts';

export const certificateChecks: readonly Check[] = [
  {
    id: 'certificate',
    title: 'the certificate fits the host name and its key, and holds for some time',
    look: async (facts) => {
      const { folder, isThere, ...pair } = await pairOf(facts);
      if (!isThere) {
        if (await isForeign(facts)) throw new Unavailable('certificates come from elsewhere');
        throw new Unavailable(`${folder} holds no certificate`);
      }
      const hostname = await facts.value('PROJECT_HOSTNAME');
      const { problems } = await judgeOnDisk({ ...pair, hostname, now: facts.now });
      return problems.map(ofProblem);
    },
  },
  {
    id: 'https',
    title: 'the scheme that people use is one that is served',
    look: async (facts) => {
      const scheme = await facts.value('MAIN_URL_SCHEME');
      const { isThere, folder } = await pairOf(facts);
      if (scheme === 'https' && !isThere && !(await isForeign(facts)))
        return [
          {
            severity: 'warning',
            title:
              'MAIN_URL_SCHEME is https, and there is no certificate: browsers warn, and refuse calls of the API (CORS)',
            place: { file: folder },
            next: 'coog certs:create, or coog certs:install FILE KEY',
          },
        ];
      if (scheme === 'http' && isThere) {
        const title =
          'there is a certificate, and people are sent to http: opened by https, browsers get "Not allowed by CORS"';
        return [{ severity: 'info', title, next: 'coog certs:enable' }];
      }
      return [];
    },
  },
];

/** Let's Encrypt, or something in front of the project that ends TLS. */
async function isForeign(facts: Facts): Promise<boolean> {
  const [acme, redirect] = await Promise.all([facts.value('ENABLE_LETSENCRYPT'), facts.value('REDIRECT_TO_HTTPS')]);
  return ['1', 'true'].includes(acme) || ['0', 'false'].includes(redirect);
}

async function pairOf(facts: Facts): Promise<{ folder: string; certificate: string; key: string; isThere: boolean }> {
  const path = await facts.value('TRAEFIK_CERTS_PATH');
  if (path === '') throw new Unavailable('the project has no proxy');
  const folder = resolve(facts.folder, path);
  const certificate = join(folder, 'cert.pem');
  const isThere = await access(certificate).then(
    () => true,
    () => false,
  );
  return { folder, certificate, key: join(folder, 'key.pem'), isThere };
}
