/** Owns the versions that container images name. */
import { describe, expect, it } from 'vitest';
import { imageTarget, imageVersions } from '../../server/src/config/images.ts';
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
    ['nginx:1.27.3-alpine3.20-slim', 'nginx 1.27.3, openssl 3.3'],
    ['docker.io/library/nginx:1.28-bookworm', 'nginx 1.28, openssl 3.0'],
    ['nginx:1.29.4-trixie-perl@sha256:abc', 'nginx 1.29.4, openssl 3.5'],
    ['ghcr.io/nginx/nginx-unprivileged:1.25-bullseye', 'nginx 1.25, openssl 1.1.1'],
    ['haproxy:3.2-alpine3.22', 'haproxy 3.2, openssl 3.5'],
    ['registry.example/team/nginx:1.27.3-bookworm', 'nginx 1.27.3'],
    ['nginx:1.27-alpine9.99', 'nginx 1.27'],
    ['bitnami/nginx:1.27.3-debian-12-r0', 'nginx 1.27.3'],
    ['openresty/openresty:1.27.1.2-0-bookworm', 'nginx 1.27.1'],
    ['lscr.io/linuxserver/nginx:1.26.3-r0-ls325', 'nginx 1.26.3'],
    ['lscr.io/linuxserver/swag:3.1.0-ls361', undefined],
    ['jc21/nginx-proxy-manager:2.12.3', undefined],
    ['team/nginx:12.3', undefined],
    ['nginx:latest', undefined],
    ['nginx:stable-alpine', undefined],
    ['nginx:1', undefined],
    ['nginx', undefined],
    ['nginx/nginx-ingress:3.4.0', undefined],
    ['my-nginx:1.2.3', undefined],
    ['nginx:${TAG}', undefined],
  ])('%s', (reference, expected) => {
    const found = imageVersions(reference).map(({ product, text }) => `${product} ${text}`);
    expect(found.length === 0 ? undefined : found.join(', ')).toBe(expected);
  });
});

describe('the target', () => {
  const target = (files: Record<string, string>, workspaces: readonly string[] = ['/w']) =>
    (['nginx', 'haproxy'] as const)
      .flatMap((language) => [
        ...imageTarget(
          '/w/app/nginx/nginx.conf',
          language,
          workspaces,
          createFileStore(memoryHost(files)),
          noDependencies(),
        ),
      ])
      .map(([product, { text, from }]) => `${product} ${text}, ${from}`);

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

  it('of OpenSSL is known where all images of the product say it, and goes with them', () => {
    expect(target({ '/w/Dockerfile': 'FROM node:22-bookworm\nFROM nginx:1.27.3-bookworm\n' })).toEqual([
      'nginx 1.27.3, the image in Dockerfile',
      'openssl 3.0, the image in Dockerfile, of Debian bookworm',
    ]);
    expect(
      target({ '/w/Dockerfile': 'FROM nginx:1.27.3-bookworm\n', '/w/compose.yaml': 'image: nginx:1.27.3\n' }),
    ).toEqual(['nginx 1.27.3, the image in Dockerfile']);
  });

  it('may stand in an argument of the Dockerfile that has a default', () => {
    const from = (lines: string) => target({ '/w/Dockerfile': lines });
    expect(from('ARG NGINX=1.27.3\nFROM nginx:${NGINX}-alpine\n')).toEqual(['nginx 1.27.3, the image in Dockerfile']);
    expect(from('ARG TAG="1.27.3-alpine"\nFROM nginx:$TAG\n')).toEqual(['nginx 1.27.3, the image in Dockerfile']);
    expect(from('ARG NGINX\nFROM nginx:${NGINX:-1.26.2}\n')).toEqual(['nginx 1.26.2, the image in Dockerfile']);
    expect(from('ARG NGINX\nFROM nginx:${NGINX}\n')).toEqual([]);
  });
});
