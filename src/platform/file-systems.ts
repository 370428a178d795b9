import { statfsSync } from 'node:fs'
import { attempt } from './file-errors.js'

/** What the store must know of the file system a directory lies on. */
export interface FileSystem {
  readonly name: string
  /** It lives in memory: nothing survives a power cut, and syncing is for nothing. */
  readonly inMemory: boolean
  /** One kernel holds all its files: a mapping sees what another process writes, and owners of locks can be asked for. */
  readonly isLocal: boolean
}

// Magic numbers of statfs(2), from linux/magic.h.
const KNOWN: Readonly<Record<number, FileSystem>> = {
  0x01021994: { name: 'tmpfs', inMemory: true, isLocal: true },
  0x858458f6: { name: 'ramfs', inMemory: true, isLocal: true },
  0x794c7630: { name: 'overlayfs', inMemory: false, isLocal: false },
  0x6969: { name: 'nfs', inMemory: false, isLocal: false },
  0x01021997: { name: '9p', inMemory: false, isLocal: false },
  0x65735546: { name: 'fuse', inMemory: false, isLocal: false },
  0xff534d42: { name: 'cifs', inMemory: false, isLocal: false },
  0xfe534d42: { name: 'smb2', inMemory: false, isLocal: false },
  0x517b: { name: 'smb', inMemory: false, isLocal: false },
  0x00c36400: { name: 'ceph', inMemory: false, isLocal: false },
  0x7461636f: { name: 'ocfs2', inMemory: false, isLocal: false },
  0x01161970: { name: 'gfs2', inMemory: false, isLocal: false },
  0x5346414f: { name: 'afs', inMemory: false, isLocal: false },
}

/** The file system `path` lies on; one this table does not know counts as an ordinary local disk. */
export function fileSystemOf(path: string): FileSystem {
  if (process.platform !== 'linux') return { name: 'local', inMemory: false, isLocal: true }
  const { type } = attempt('look at file system', path, () => statfsSync(path))
  return KNOWN[type >>> 0] ?? { name: 'local', inMemory: false, isLocal: true }
}
