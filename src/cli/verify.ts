import { closeSync } from 'node:fs'
import { HotsegError } from '../errors/errors.js'
import { FileMapping } from '../mapping/file-mapping.js'
import { openRegularFile } from '../platform/files.js'
import { FileSegment as Segment } from '../segment/file-segment.js'
import { readCurrent, type VersionRecord } from '../store/files/current-file.js'
import { checkData } from '../store/reading/check-data.js'
import { versionPath } from '../store/files/store-layout.js'
import type { Answer, Output } from './output.js'
import { Progress } from './progress.js'
import { isDirectory, readStoreFiles } from './store-files.js'

interface Finding {
  readonly path: string
  readonly generation?: number
  readonly isRight: boolean
  readonly error?: { readonly code: string; readonly message: string }
}

/**
 * Walks through all of a segment, or of every version of a store: checksums, heap, objects, the invariants of each container.
 * What is wrong is a finding, not an exception.
 */
export function verify(path: string, output: Output): Answer {
  const findings = isDirectory(path) ? verifyStore(path, output) : [verifySegment(path, output)]
  const isRight = findings.every((finding) => finding.isRight)
  return {
    data: { path, isRight, findings },
    lines: findings.map((finding) => `${finding.isRight ? 'right' : 'WRONG'}  ${finding.path}${reason(finding)}`),
    isRight,
  }
}

function reason({ error }: Finding): string {
  return error === undefined ? '' : `\n       ${error.code}: ${error.message}`
}

function verifyStore(directory: string, output: Output): Finding[] {
  return readStoreFiles(directory).record.versions.flatMap((version) => {
    const { generation } = version
    const finding = { ...verifySegment(versionPath(directory, generation), output, version), generation }
    // A publisher may have retired it since the list was read.
    return finding.isRight || isListed(directory, generation) ? [finding] : []
  })
}

function isListed(directory: string, generation: number): boolean {
  return readCurrent(directory)?.versions.some((version) => version.generation === generation) === true
}

function verifySegment(path: string, output: Output, version?: VersionRecord): Finding {
  let mapping: FileMapping | undefined
  let segment: Segment | undefined
  try {
    if (version !== undefined) compareWithRecord(path, version, output)
    mapping = FileMapping.open(path, { action: 'verify segment' })
    segment = Segment.fromMapping(mapping, path)
    segment.verify()
    return { path, isRight: true }
  } catch (error) {
    if (!(error instanceof HotsegError)) throw error
    return { path, isRight: false, error: { code: error.code, message: error.message } }
  } finally {
    segment?.close()
    mapping?.close()
  }
}

function compareWithRecord(path: string, version: VersionRecord, output: Output): void {
  const file = openRegularFile(path, { action: 'verify segment' })
  const progress = new Progress(output, `checksum of ${version.generation}`, version.byteLength)
  const steps = checkData(file, version, (done) => {
    progress.update(done)
  })
  try {
    while (steps.next().done !== true);
  } finally {
    progress.end()
    closeSync(file.fd)
  }
}
