import type { CurrentRecord, VersionRecord } from '../files/current-file.js'

/** The version current so far and those that were current last before it, `retain` in all. */
export function keep(
  versions: readonly VersionRecord[],
  retain: number,
  record: CurrentRecord | undefined,
): readonly VersionRecord[] {
  const rank = (version: VersionRecord): number =>
    version.generation === record?.generation ? Infinity : version.sequence
  const kept = new Set([...versions].sort((a, b) => rank(b) - rank(a)).slice(0, retain))
  return versions.filter((version) => kept.has(version))
}
