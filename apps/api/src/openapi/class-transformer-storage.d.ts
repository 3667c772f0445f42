/** The package's types leave this entry out; its README names it for exactly this use. */
declare module 'class-transformer/cjs/storage' {
  export const defaultMetadataStorage: object;
}
