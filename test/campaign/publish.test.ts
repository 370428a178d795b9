import { expect, test } from 'vitest'
import { runCampaign } from './run-campaign.js'

test('publishers and readers killed at random moments: no wrong answer, nobody stuck, nothing left behind', async () => {
  const { output, lastLine } = await runCampaign('publish.js', ['--kills', '20', '--readers', '2'])
  expect(lastLine, output).toMatch(/^20 kills in .*; 0 wrong, 0 stuck, 0 left behind$/)
  const { publishers, readers, published, checked } =
    /: (?<publishers>\d+) of publishers, (?<readers>\d+) of readers, .*; (?<published>\d+) published, .*, (?<checked>\d+) answers/.exec(
      lastLine,
    )!.groups!
  expect(Number(publishers) + Number(readers)).toBe(20)
  expect(Number(published)).toBeGreaterThanOrEqual(1)
  expect(Number(checked)).toBeGreaterThan(100)
})
