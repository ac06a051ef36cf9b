import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { installedCoog } from '../support/coog.ts';
import { folderWith } from '../support/folder.ts';
import { minimal } from '../support/planning.ts';

let browser: Browser;

beforeAll(async () => {
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
}, 120_000);
afterAll(() => browser?.close());

/** Draws a project into a file; answers its path. */
async function drawn(name: string): Promise<string> {
  const folder = await folderWith({ 'env.custom': minimal });
  const { exitCode, stderr } = await (await installedCoog()).run(folder, ['graph', name]);
  expect(exitCode, stderr).toBe(0);
  return join(folder, name);
}

/** Opens a file; answers what the page complained about and what it wanted to fetch. */
async function opened(path: string): Promise<{ page: Page; complaints: string[]; fetched: string[] }> {
  const page = await browser.newPage({ viewport: { width: 1600, height: 900 } });
  onTestFinished(() => page.close());
  const [complaints, fetched]: [string[], string[]] = [[], []];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => complaints.push(message.text()));
  page.on('request', (request) => fetched.push(request.url()));
  await page.goto(pathToFileURL(path).href);
  return { page, complaints, fetched };
}

describe('the page that coog graph writes', () => {
  test('shows every service, fetches nothing, and no text leaves its box', async () => {
    const path = await drawn('project.html');

    const { page, complaints, fetched } = await opened(path);

    expect(complaints).toEqual([]);
    expect(fetched).toEqual([pathToFileURL(path).href]);
    const boxes = await page.locator('svg .node').evaluateAll((nodes) =>
      nodes.map((node) => {
        const box = (node.querySelector('path, ellipse') as SVGGraphicsElement).getBoundingClientRect();
        const texts = [...node.querySelectorAll('text')].map((text) => text.getBoundingClientRect());
        const out = texts.filter((text) => text.left < box.left - 1 || text.right > box.right + 1);
        return { name: node.querySelector('title')?.textContent ?? '', out: out.length, visible: box.width > 10 };
      }),
    );
    expect(boxes.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['people', 'service coog', 'service postgres']),
    );
    expect(boxes.filter(({ out, visible }) => out > 0 || !visible)).toEqual([]);
  });

  test('a click on a service, its name or the keyboard leaves what has to do with it', async () => {
    const { page } = await opened(await drawn('project.html'));
    const near = () =>
      page
        .locator('svg.chosen .node.near > title')
        .evaluateAll((titles) => titles.map((title) => title.textContent).sort());
    const ofInit = ['service bus', 'service coog', 'service init', 'service postgres-init'];

    expect(await near()).toEqual([]);
    await page.locator('#service-init').click();
    expect(await near()).toEqual(ofInit);
    await page.locator('#service-init').click();
    expect(await near()).toEqual([]);
    await page.getByPlaceholder('a service').fill('init');
    expect(await near()).toEqual(ofInit);
    await page.keyboard.press('Escape');
    expect(await near()).toEqual([]);
    await page.locator('#service-init').focus();
    await page.keyboard.press('Enter');
    expect(await near()).toEqual(ofInit);
  });
});

test('the SVG alone is a picture', async () => {
  const path = await drawn('project.svg');
  const { page, complaints } = await opened(path);
  expect(complaints).toEqual([]);
  const { width, height } = (await page.locator('svg').boundingBox()) ?? { width: 0, height: 0 };
  expect([width > 300, height > 200]).toEqual([true, true]);
  expect(await readFile(path, 'utf8')).toMatch(/^<svg /);
});
