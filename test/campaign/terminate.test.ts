import { expect, test } from 'vitest'
import { runCampaign } from './run-campaign.js'

test('workers terminated at random moments: the others go on, and neither lock, file nor mapping is left behind', async () => {
  const { output, lastLine } = await runCampaign('terminate.js', ['--terminations', '15'])
  expect(lastLine, output).toMatch(/^15 workers terminated in .*; 0 wrong$/)
  expect(Number(/(\d+) answers checked/.exec(lastLine)?.[1])).toBeGreaterThan(20)
})
