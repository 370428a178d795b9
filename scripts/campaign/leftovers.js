import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const EXPECTED = new Set(['CURRENT', 'DOORBELL', 'versions', 'readers'])

/**
 * What is in the directory of a store that does not belong there while nobody publishes: files being written, the lock,
 * versions CURRENT does not name or names and that are not there, more versions than are kept, files of readers that are gone.
 *
 * @param {{ versions(): { generation: number }[] }} store
 * @param {number} kept - as many versions may be there
 * @param {number} readersMax - no more stores than that are open
 */
export function leftoversIn(store, kept, readersMax) {
  const { directory } = store
  const strange = readdirSync(directory).filter((name) => !EXPECTED.has(name) && !isLockOfTheLiving(directory, name))
  const listed = store.versions().map(({ generation }) => `${generation}.hotseg`)
  const present = readdirSync(join(directory, 'versions'))
  const readers = existsSync(join(directory, 'readers')) ? readdirSync(join(directory, 'readers')) : []
  return [
    ...strange,
    ...present.filter((name) => !listed.includes(name)).map((name) => `versions/${name}`),
    ...listed.filter((name) => !present.includes(name)).map((name) => `no versions/${name}`),
    ...(listed.length > kept ? [`${listed.length} versions`] : []),
    ...readers.filter((name) => !isAlive(name)).map((name) => `readers/${name}`),
    ...(readers.filter((name) => !name.endsWith('.tmp')).length > readersMax
      ? [`${readers.length} files of ${readersMax} readers`]
      : []),
  ]
}

// Whoever opens the store takes the lock for a moment to clear up, readers too.
function isLockOfTheLiving(directory, name) {
  if (name !== 'LOCK' && !name.startsWith('LOCK.new.')) return false
  try {
    return readdirSync(join(directory, name)).every(isAlive)
  } catch {
    // It has just gone.
    return true
  }
}

// The name begins with the number of the thread and the moment it was started, as docs/store-format.md says.
function isAlive(name) {
  const [thread, startTime] = name.split('.')
  try {
    const stat = readFileSync(`/proc/${thread}/stat`, 'latin1')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] === startTime
  } catch {
    return false
  }
}
