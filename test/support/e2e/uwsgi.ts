import { givenProjectOf, probe } from './light.ts';
import { docker } from './machine.ts';
import type { Project, ProjectOptions } from './project.ts';

/** The image of the demo: Debian's uWSGI behind the entry point of the Coog image. */
const SERVER = 'coog-demo/coog:7.0';

/** An application whose requests end when they shall, or never; `ep` takes it for the one of the image. */
const application = `
import pathlib, re, threading

def wait_for_lock():
    threading.Event().wait()

def report():
    wait_for_lock()

def listen():
    threading.Event().wait()

threading.Thread(target=listen, name='listener', daemon=True).start()
pathlib.Path('/tmp/loaded').touch()

def application(environ, start_response):
    path = environ['PATH_INFO']
    if path.startswith('/stuck'):
        report()
    if path == '/spin':
        # Never lets another thread run: the tracebacker's cannot answer.
        re.match('(a+)+b', 'a' * 64)
    start_response('200 OK', [])
    return [b'ok']
`;

/** A project whose service \`coog\` is a real uWSGI with two processes, that takes part in nothing else. */
export async function givenUwsgi(options: ProjectOptions & { settings?: readonly string[] } = {}): Promise<Project> {
  const coog = {
    image: SERVER,
    command: ['server', '2'],
    network_mode: 'none',
    volumes: ['./application:/application:ro'],
    environment: {
      PYTHONPATH: '/application:/opt/coog',
      ENABLE_UWSGI_STATS: '${COOG_UWSGI_STATS}',
      ENABLE_UWSGI_TRACEBACKER: '${COOG_UWSGI_TRACEBACKER}',
    },
    // A request would be counted with those of the tests, and be caught in a process that is stuck.
    ...probe('[ -e /tmp/loaded ]'),
  };
  const project = await givenProjectOf({ coog }, options);
  await project.write({ 'application/coog_demo/__init__.py': '', 'application/coog_demo/web.py': application });
  return project;
}

/** Sends a request from inside, and does not wait for its answer. */
export async function sendRequest(project: Project, path: string): Promise<void> {
  const { id } = await project.container('coog');
  const script = `import http.client, sys
c = http.client.HTTPConnection('127.0.0.1', 8000)
c.putrequest('GET', sys.argv[1]); c.putheader('Authorization', 'Session c2VjcmV0'); c.putheader('X-Odd', b'a\\x01"\\xe9')
c.endheaders(); c.getresponse()`;
  await docker('exec', '-d', id, 'python3', '-c', script, path);
}
