/* What conformance.mjs exports: by name, what throws when a mapping does not do it. */
export const checks: Record<string, (room: unknown) => void | Promise<void>>
