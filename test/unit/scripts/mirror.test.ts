import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  chooseMirror,
  parseDeb822,
  parseOneLine,
  readSources,
  readSystem,
} from '../../../plugins/demo/machine/mirror.mjs';

const DEB822 = `# a remark
Types: deb deb-src
URIs: https://mirror.example/debian/
Suites: trixie trixie-updates
Components: main contrib
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: https://mirror.example/debian-security
Suites: trixie-security
Components: main
`;

describe('parseOneLine', () => {
  it('reads plain lines, options in brackets and remarks', () => {
    const text = [
      '# deb http://off.example/debian trixie main',
      'deb http://a.example/debian/ bookworm main contrib # why',
      'deb [arch=amd64 signed-by=/k.gpg] https://b.example/debian bookworm-updates main',
      'deb-src http://a.example/debian bookworm main',
    ].join('\n');
    expect(parseOneLine(text)).toEqual([
      { uri: 'http://a.example/debian', suites: ['bookworm'], components: ['main', 'contrib'], signedBy: '' },
      { uri: 'https://b.example/debian', suites: ['bookworm-updates'], components: ['main'], signedBy: '/k.gpg' },
    ]);
  });
});

describe('parseDeb822', () => {
  it('reads every stanza', () => {
    expect(parseDeb822(DEB822)).toEqual([
      {
        uri: 'https://mirror.example/debian',
        suites: ['trixie', 'trixie-updates'],
        components: ['main', 'contrib'],
        signedBy: '/usr/share/keyrings/debian-archive-keyring.gpg',
      },
      {
        uri: 'https://mirror.example/debian-security',
        suites: ['trixie-security'],
        components: ['main'],
        signedBy: '',
      },
    ]);
  });

  it('reads folded fields, several addresses, remarks inside a stanza and names in any case', () => {
    const text =
      'TYPES: deb\nuris: http://a.example/debian\n http://b.example/debian\n# remark\nsuites:\n trixie\n sid\nComponents: main\n';
    const common = { suites: ['trixie', 'sid'], components: ['main'], signedBy: '' };
    expect(parseDeb822(text)).toEqual([
      { uri: 'http://a.example/debian', ...common },
      { uri: 'http://b.example/debian', ...common },
    ]);
  });

  it('leaves out what is switched off and what has sources only', () => {
    expect(parseDeb822('Enabled: no\nTypes: deb\nURIs: http://a.example\nSuites: sid\nComponents: main\n')).toEqual([]);
    expect(parseDeb822('Types: deb-src\nURIs: http://a.example\nSuites: sid\nComponents: main\n')).toEqual([]);
  });
});

describe('chooseMirror', () => {
  const source = (uri: string, suites: string[], components = ['main']) => ({ uri, suites, components, signedBy: '' });

  it('passes over updates of security, other components and addresses that are not of the web', () => {
    const sources = [
      source('http://m.example/debian-security', ['trixie-security']),
      source('http://vendor.example/linux', ['trixie'], ['stable']),
      source('cdrom:[Debian]', ['trixie']),
      source('http://m.example/debian', ['trixie']),
    ];
    expect(chooseMirror(sources, 'trixie')).toBe('http://m.example/debian');
  });

  it('prefers the archive to a vendor that uses the same suite and component', () => {
    const sources = [
      source('https://apt.vendor.example', ['bookworm']),
      source('http://m.example/pub', ['bookworm']),
      source('http://m.example/pub', ['bookworm-updates']),
    ];
    expect(chooseMirror(sources, 'bookworm')).toBe('http://m.example/pub');
  });

  it('knows the archive under the names of its classes', () => {
    expect(chooseMirror([source('http://m.example/debian', ['stable'])], 'trixie')).toBe('http://m.example/debian');
  });

  it('finds none where there is none', () => {
    expect(chooseMirror([], 'trixie')).toBeUndefined();
  });
});

describe('files', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'coog-mirror-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('reads both formats where apt reads them, and nothing else', () => {
    mkdirSync(join(folder, 'sources.list.d'));
    writeFileSync(join(folder, 'sources.list'), 'deb http://one.example/debian trixie main\n');
    writeFileSync(join(folder, 'sources.list.d', 'debian.sources'), DEB822);
    writeFileSync(join(folder, 'sources.list.d', 'old.list.save'), 'deb http://old.example/debian trixie main\n');
    expect(readSources(folder).map(({ uri }: { uri: string }) => uri)).toEqual([
      'http://one.example/debian',
      'https://mirror.example/debian',
      'https://mirror.example/debian-security',
    ]);
  });

  it('takes a folder that is not there for one without sources', () => {
    expect(readSources(join(folder, 'none'))).toEqual([]);
  });

  it('reads the system, with and without quotes', () => {
    const file = join(folder, 'os-release');
    writeFileSync(file, 'PRETTY_NAME="Debian"\nVERSION_CODENAME=trixie\nID="debian"\n');
    expect(readSystem(file)).toEqual({ id: 'debian', codename: 'trixie' });
  });
});
