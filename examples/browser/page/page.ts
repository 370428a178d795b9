/** The page: fetches the sealed segment once, and then answers each keystroke from its bytes. */
import { Segment } from 'hotseg/core'
import { Cities, find } from './cities.js'

const RESULTS = 10

const element = (id: string): HTMLElement => {
  const found = document.getElementById(id)
  if (found === null) throw new Error(`no element ${id}`)
  return found
}
const input = element('query') as HTMLInputElement
const [status, results] = [element('status'), element('results')]

const start = performance.now()
const response = await fetch('cities.hotseg')
if (!response.ok) throw new Error(`cities.hotseg: ${response.status} ${response.statusText}`)
const bytes = await response.arrayBuffer()
const cities = Segment.fromBuffer(bytes).find('cities', Cities)
if (cities === undefined) throw new Error('the segment has no cities')
const took = Math.round(performance.now() - start)
const loaded = `${cities.size.toLocaleString('en')} cities in ${(bytes.byteLength / 1e6).toFixed(1)} MB, fetched and opened in ${took} ms`
const regions = new Intl.DisplayNames('en', { type: 'region' })

function cell(text: string, className: string): HTMLElement {
  const made = document.createElement('span')
  made.className = className
  made.textContent = text
  return made
}

const show = (): void => {
  const before = performance.now()
  const { count, largest } = find(cities, input.value, RESULTS)
  const ms = (performance.now() - before).toFixed(1)
  results.replaceChildren(
    ...largest.map(({ name, country, population }) => {
      const item = document.createElement('li')
      item.append(
        cell(name, 'name'),
        cell(regions.of(country) ?? country, 'country'),
        cell(population.toLocaleString('en'), 'population'),
      )
      return item
    }),
  )
  const what = input.value === '' ? 'cities' : `cities that begin with “${input.value}”`
  status.textContent = `${count.toLocaleString('en')} ${what}, found in ${ms} ms · ${loaded}`
  document.body.dataset['shown'] = input.value
}

input.addEventListener('input', show)
input.disabled = false
input.focus()
show()
