import { hotsegReader, hotsegWriter } from './hotseg-system.js'
import { jsonReader, jsonWriter } from './json-system.js'
import { lmdbReader, lmdbWriter } from './lmdb-system.js'
import type { Reader, Writer } from './tables.js'

/** A way to replace the data of a running service. */
export interface Way {
  readonly title: string
  readonly reader: (place: string) => Reader | Promise<Reader>
  readonly writer: (place: string) => Writer | Promise<Writer>
  /** What the service does when new data is there. */
  readonly afterwards: 'nothing' | 'reload' | 'restart'
}

/** The ways that are compared. */
export const WAYS: Readonly<Record<string, Way>> = {
  hotseg: { title: 'hotseg: publish, swap', reader: hotsegReader, writer: hotsegWriter, afterwards: 'nothing' },
  reload: { title: 'JSON: every worker parses', reader: jsonReader, writer: jsonWriter, afterwards: 'reload' },
  restart: { title: 'JSON: rolling restart', reader: jsonReader, writer: jsonWriter, afterwards: 'restart' },
  lmdb: { title: 'lmdb: one transaction', reader: lmdbReader, writer: lmdbWriter, afterwards: 'nothing' },
}
