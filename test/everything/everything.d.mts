/* What everything.mjs exports, loosely: it is given the library and the types at run time. */
export type Types = Record<string, any>
export function typesOf(t: any): Types
export function fill<S>(segment: S, types: Types): S
export function cityOf(id: number): any
export function readAll(
  segment: any,
  types: Types,
  see: (place: string, value: unknown) => void,
  step?: (place: string, work: () => void) => void,
): void
export function plain(value: unknown): unknown
export function textOf(value: unknown): string
export function contentsOf(segment: any, types: Types): string
