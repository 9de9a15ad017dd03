/** Owns the Certificates view: groups by urgency, certificates, and below each what the server tells of it. */
import {
  type Command,
  Disposable,
  EventEmitter,
  ThemeColor,
  ThemeIcon,
  type TreeDataProvider,
  TreeItem,
  TreeItemCollapsibleState,
  type TreeView,
  window,
} from 'vscode';
import type {
  CertificateDetailItem,
  CertificateGroupItem,
  CertificateItem,
  CertificateUrgency,
  ClosedContainerItem,
  ProtocolLocation,
} from '../../server/src/lsp/protocol.ts';
import { rangeOf, uriOf } from './locations.ts';
import type { LanguageServer } from './server.ts';

/** A line of the view. */
export type CertificateNode =
  | { readonly kind: 'group'; readonly item: CertificateGroupItem }
  | { readonly kind: 'certificate'; readonly item: CertificateItem; readonly urgency: CertificateUrgency }
  | { readonly kind: 'detail'; readonly item: CertificateDetailItem }
  | { readonly kind: 'closed'; readonly items: readonly ClosedContainerItem[] }
  | { readonly kind: 'container'; readonly item: ClosedContainerItem };

/** Milliseconds between a change and the next look at it: somebody who types changes something all the time. */
const PAUSE = 400;

/** A group of valid certificates that is larger than this starts closed. */
const OPEN_LIMIT = 30;

export function registerCertificatesView(server: LanguageServer): Disposable {
  const changed = new EventEmitter<undefined>();
  const provider: TreeDataProvider<CertificateNode> = {
    onDidChangeTreeData: changed.event,
    getTreeItem: treeItem,
    getChildren: (node) => childrenOf(server, node),
  };
  const view: TreeView<CertificateNode> = window.createTreeView('wsslint.certificates', {
    treeDataProvider: provider,
    showCollapseAll: true,
  });
  let timer: NodeJS.Timeout | undefined;
  return Disposable.from(
    changed,
    view,
    server.onCertificatesChanged(() => {
      clearTimeout(timer);
      timer = setTimeout(() => changed.fire(undefined), PAUSE);
    }),
    new Disposable(() => clearTimeout(timer)),
  );
}

async function childrenOf(server: LanguageServer, node: CertificateNode | undefined): Promise<CertificateNode[]> {
  if (node === undefined) {
    const { groups, closed } = await server.request('wsslint/certificates', {});
    return [
      ...groups.map((item): CertificateNode => ({ kind: 'group', item })),
      ...(closed.length === 0 ? [] : [{ kind: 'closed', items: closed } as const]),
    ];
  }
  switch (node.kind) {
    case 'group': {
      const { certificates, urgency } = node.item;
      return certificates.map((item) => ({ kind: 'certificate', item, urgency }));
    }
    case 'certificate': {
      const { uri, sha256 } = node.item;
      const answer = await server.request('wsslint/certificate', { uri, sha256 });
      return (answer?.details ?? []).map((item) => ({ kind: 'detail', item }));
    }
    case 'closed':
      return node.items.map((item) => ({ kind: 'container', item }));
    case 'detail':
    case 'container':
      return [];
  }
}

function treeItem(node: CertificateNode): TreeItem {
  switch (node.kind) {
    case 'group':
      return groupItem(node.item);
    case 'certificate':
      return certificateItem(node.item, node.urgency);
    case 'detail':
      return detailItem(node.item);
    case 'closed':
      return closedItem(node.items);
    case 'container':
      return containerItem(node.item);
  }
}

function closedItem(items: readonly ClosedContainerItem[]): TreeItem {
  const item = new TreeItem('Closed PKCS#12 containers', TreeItemCollapsibleState.Collapsed);
  item.id = 'closed';
  item.description = String(items.length);
  item.accessibilityInformation = { label: `Closed PKCS#12 containers, ${items.length}` };
  if (items.some(({ needsPassword }) => needsPassword)) item.contextValue = 'closed';
  return item;
}

function containerItem({ uri, title, description, needsPassword }: ClosedContainerItem): TreeItem {
  const item = new TreeItem(title);
  item.id = `closed ${uri}`;
  item.description = description;
  item.tooltip = `${title}: ${description}`;
  item.iconPath = new ThemeIcon('lock');
  item.accessibilityInformation = { label: `${title}, ${description}` };
  if (needsPassword) {
    item.contextValue = 'closed';
    item.command = { title: 'Open', command: 'wsslint.openContainers' };
  }
  return item;
}

function groupItem({ urgency, title, certificates }: CertificateGroupItem): TreeItem {
  const closed = urgency === 'valid' && certificates.length > OPEN_LIMIT;
  const item = new TreeItem(title, closed ? TreeItemCollapsibleState.Collapsed : TreeItemCollapsibleState.Expanded);
  item.id = urgency;
  item.description = String(certificates.length);
  item.accessibilityInformation = { label: `${title}, ${certificates.length}` };
  return item;
}

function certificateItem(certificate: CertificateItem, urgency: CertificateUrgency): TreeItem {
  const { title, description, tooltip, uri, sha256, location } = certificate;
  const item = new TreeItem(title, TreeItemCollapsibleState.Collapsed);
  item.id = `${uri}#${sha256}`;
  item.description = description;
  item.tooltip = tooltip;
  item.iconPath = urgencyIcon(urgency);
  item.contextValue = 'certificate';
  item.command = openCommand(location);
  item.accessibilityInformation = { label: `${title}, ${description}` };
  return item;
}

function detailItem({ kind, title, description, wrong, location }: CertificateDetailItem): TreeItem {
  const item = new TreeItem(title);
  item.description = description;
  item.tooltip = description === '' ? title : `${title}: ${description}`;
  item.iconPath = wrong ? WARNING : new ThemeIcon(DETAIL_ICONS[kind]);
  if (location !== undefined) item.command = openCommand(location);
  item.accessibilityInformation = { label: `${wrong ? 'Warning: ' : ''}${title}, ${description}` };
  return item;
}

const WARNING = new ThemeIcon('warning', new ThemeColor('list.warningForeground'));

const DETAIL_ICONS: Readonly<Record<CertificateDetailItem['kind'], string>> = {
  user: 'server',
  name: 'tag',
  key: 'key',
  issuer: 'organization',
  copy: 'files',
};

function urgencyIcon(urgency: CertificateUrgency): ThemeIcon {
  switch (urgency) {
    case 'expired':
      return new ThemeIcon('error', new ThemeColor('list.errorForeground'));
    case 'foreign-key':
      return new ThemeIcon('key', new ThemeColor('list.errorForeground'));
    case 'not-yet':
      return new ThemeIcon('history', new ThemeColor('list.warningForeground'));
    case 'expiring':
      return WARNING;
    case 'valid':
      return new ThemeIcon('verified');
  }
}

function openCommand({ uri, range }: ProtocolLocation): Command {
  // The start alone: a block that is selected as a whole is hard to read.
  const { start } = rangeOf(range);
  return {
    title: 'Open',
    command: 'vscode.open',
    arguments: [uriOf(uri), { selection: rangeOf({ start, end: start }), preview: true }],
  };
}
