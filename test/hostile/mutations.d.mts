export function fixChecksums(bytes: Uint8Array): Uint8Array
export class Target {
  constructor(bytes: Uint8Array)
  readonly levels: readonly (readonly { offset: number; granules: number }[])[]
  readonly descriptions: readonly { offset: number; granules: number }[]
  damage(seed: number): { bytes: Uint8Array; done: string[] }
}
