import { expect, test } from 'vitest'
import { CorruptionError, FileError } from '../../src/errors/errors.js'
import { systemCode, toFileError } from '../../src/platform/file-errors.js'

const system = Object.assign(new Error('ENOENT: no such file'), { code: 'ENOENT', errno: -2, syscall: 'open' })

test('the code of the system is found behind errors of hotseg, however deep', () => {
  expect(systemCode(system)).toBe('ENOENT')
  expect(systemCode(new FileError('x', { cause: system }))).toBe('ENOENT')
  expect(systemCode(new CorruptionError('x', { cause: new FileError('y', { cause: system }) }))).toBe('ENOENT')
  for (const other of [new CorruptionError('x'), new Error('x'), undefined, null, 'ENOENT']) {
    expect(systemCode(other)).toBeUndefined()
  }
})

test('errors of the system become errors of hotseg by what they mean; others stay what they are', () => {
  const named = (code: string): Error => toFileError(Object.assign(new Error(code), { code }), 'open segment', '/x')
  for (const code of ['ENOSPC', 'EDQUOT', 'EFBIG', 'ENOMEM']) expect(named(code).name).toBe('OutOfSpaceError')
  for (const code of ['ENOENT', 'EACCES', 'ELOOP', 'EMFILE', 'EIO']) expect(named(code).name).toBe('FileError')
  expect(toFileError(system, 'open segment', '/x')).toMatchObject({
    path: '/x',
    errno: -2,
    syscall: 'open',
    cause: system,
  })
  const ours = new CorruptionError('x')
  expect(toFileError(ours, 'open segment', '/x')).toBe(ours)
  const theirs = new RangeError('mine')
  expect(toFileError(theirs, 'open segment', '/x')).toBe(theirs)
})
