import type { Problem } from '../../shared/problem.ts';
import { parseImageName } from './image-name.ts';
import type { MissingImage } from './images.ts';

const UNREACHABLE =
  /dial tcp|no such host|connection refused|connection reset|i\/o timeout|TLS handshake|network is unreachable|proxyconnect|deadline exceeded|request canceled|x509:|server gave HTTP response|\bEOF\b|50[0234] /i;
const NO_ACCESS =
  /pull access denied|unauthorized|authentication required|no basic auth|access forbidden|denied:|403 Forbidden/i;

/** Why an image could not be had, from what `docker pull` wrote on standard error. */
export function pullProblem({ image, services }: MissingImage, stderr: string): Problem {
  const { registry } = parseImageName(image);
  const detail = `${stderr.trim() || 'docker pull gave no reason.'}\nNeeded by: ${services.join(', ')}. Nothing was changed.`;
  if (/manifest unknown|manifest for \S+ not found|not found: manifest|no matching manifest|: not found/i.test(stderr))
    return problem('IMAGE_NOT_FOUND', `the image ${image} does not exist`, detail, `coog config:list | grep IMAGE`);
  if (/toomanyrequests|rate limit/i.test(stderr))
    return problem('IMAGE_RATE_LIMIT', `${registry} gives out no more images for now`, detail, login(registry));
  if (NO_ACCESS.test(stderr))
    return problem('IMAGE_NO_ACCESS', `no access to the image ${image}`, detail, login(registry));
  if (/no space left/i.test(stderr))
    return problem('IMAGE_NO_SPACE', `no space is left for the image ${image}`, detail, 'docker system df');
  if (UNREACHABLE.test(stderr))
    return problem(
      'REGISTRY_UNREACHABLE',
      `the registry of the image ${image} cannot be reached`,
      detail,
      `docker pull ${image}`,
    );
  return problem('IMAGE_PULL_FAILED', `the image ${image} could not be pulled`, detail, `docker pull ${image}`);
}

const problem = (code: string, title: string, detail: string, next: string): Problem => ({ code, title, detail, next });

const login = (registry: string): string => (registry === 'docker.io' ? 'docker login' : `docker login ${registry}`);
