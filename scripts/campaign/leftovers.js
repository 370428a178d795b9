import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

const EXPECTED = new Set(['CURRENT', 'DOORBELL', 'versions', 'readers'])

/**
 * What is in the directory of a store that does not belong there while nobody publishes: files being written, links of the lock,
 * versions CURRENT does not name or names and that are not there, more versions than are retained, files of readers that are gone.
 *
 * @param {{ versions(): { generation: number }[] }} store
 * @param {number} retain - versions kept besides the current one
 * @param {number} readersMax - no more stores than that are open
 */
export function leftoversIn(store, retain, readersMax) {
  const { directory } = store
  const strange = readdirSync(directory).filter((name) => !EXPECTED.has(name))
  const listed = store.versions().map(({ generation }) => `${generation}.hotseg`)
  const present = readdirSync(join(directory, 'versions'))
  const readers = existsSync(join(directory, 'readers')) ? readdirSync(join(directory, 'readers')) : []
  return [
    ...strange,
    ...present.filter((name) => !listed.includes(name)).map((name) => `versions/${name}`),
    ...listed.filter((name) => !present.includes(name)).map((name) => `no versions/${name}`),
    ...(listed.length > retain + 1 ? [`${listed.length} versions`] : []),
    ...(readers.length > readersMax ? [`${readers.length} files of ${readersMax} readers`] : []),
  ]
}
