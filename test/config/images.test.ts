/** Owns the versions that container images name. */
import { describe, expect, it } from 'vitest';
import { imageTarget, imageVersion } from '../../server/src/config/images.ts';
import { createFileStore, noDependencies } from '../../server/src/files/store.ts';
import { memoryHost } from '../kit/memory-host.ts';

describe('an image reference', () => {
  it.each([
    ['nginx:1.27.3', 'nginx 1.27.3'],
    ['nginx:1.27-alpine', 'nginx 1.27'],
    ['docker.io/library/nginx:1.25.1@sha256:abc', 'nginx 1.25.1'],
    ['registry.example:5000/team/nginx:1.26.3', 'nginx 1.26.3'],
    ['nginxinc/nginx-unprivileged:1.26.3-alpine-slim', 'nginx 1.26.3'],
    ['haproxy:3.2.1', 'haproxy 3.2.1'],
    ['nginx:latest', undefined],
    ['nginx:stable-alpine', undefined],
    ['nginx:1', undefined],
    ['nginx', undefined],
    ['nginx/nginx-ingress:3.4.0', undefined],
    ['my-nginx:1.2.3', undefined],
    ['nginx:${TAG}', undefined],
  ])('%s', (reference, expected) => {
    const found = imageVersion(reference);
    expect(found === undefined ? undefined : `${found.product} ${found.text}`).toBe(expected);
  });
});

describe('the target', () => {
  const target = (files: Record<string, string>, workspaces: readonly string[] = ['/w']) =>
    [...imageTarget('/w/app/nginx/nginx.conf', workspaces, createFileStore(memoryHost(files)), noDependencies())].map(
      ([product, { text, from }]) => `${product} ${text}, ${from}`,
    );

  it('is that of the nearest folder that names one', () => {
    const files = {
      '/w/compose.yaml': 'services:\n  web:\n    image: "nginx:1.25.0"\n',
      '/w/app/Dockerfile': 'FROM --platform=linux/amd64 nginx:1.27.3 AS web\n',
    };
    expect(target(files)).toEqual(['nginx 1.27.3, the image in Dockerfile']);
    expect(target({ '/w/compose.yaml': files['/w/compose.yaml'] })).toEqual([
      'nginx 1.25.0, the image in compose.yaml',
    ]);
  });

  it('is not guessed from two versions, nor from outside the workspace', () => {
    expect(target({ '/w/Dockerfile': 'FROM nginx:1.27.3\nFROM nginx:1.25.0\n' })).toEqual([]);
    expect(target({ '/Dockerfile': 'FROM nginx:1.27.3\n' })).toEqual([]);
    expect(target({ '/w/docker-compose.prod.yml': '    image: nginx:1.27.3 # web\n    image: haproxy:3.2\n' })).toEqual(
      ['nginx 1.27.3, the image in docker-compose.prod.yml', 'haproxy 3.2, the image in docker-compose.prod.yml'],
    );
  });
});
