import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { conformance, renderProject } from '@coog/cli/testing';

const root = fileURLToPath(new URL('..', import.meta.url));

// What every plugin must be: a hook that returns data, health checks, no secret in a command, a package that is whole …
for (const { name, run } of conformance({ root })) test(name, run);

test('the service runs the image that the variables name', async () => {
  const { services } = await renderProject({ root, settings: { 'IMAGE_VERSION_{{NAME}}': '1.28' } });
  assert.equal(services['{{name}}']?.image, 'docker.io/library/nginx:1.28');
});

test('the service takes no part while its switch is off', async () => {
  const { services } = await renderProject({ root, settings: { 'ENABLE_{{NAME}}': 'false' } });
  assert.equal(services['{{name}}'], undefined);
});
