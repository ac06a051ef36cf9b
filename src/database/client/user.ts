import { type DockerAccess, dockerLines } from '../../engine/index.ts';

/**
 * Who a container runs as so that the files that it writes are ours: our own number. Under an engine that runs without root the
 * container's root is us. @throws ProblemError when the engine does not answer
 */
export async function userInside(access: DockerAccess): Promise<string> {
  const [uid, gid] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0];
  if (uid === 0) return '0';
  const options = await dockerLines(access, ['info', '--format', '{{range .SecurityOptions}}{{println .}}{{end}}']);
  return options.some((option) => option.includes('name=rootless')) ? '0' : `${uid}:${gid}`;
}
