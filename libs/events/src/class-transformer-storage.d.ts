/** class-transformer keeps its `@Type` metadata here and ships no types for the path; class-validator-jsonschema wants it. */
declare module 'class-transformer/cjs/storage' {
  export const defaultMetadataStorage: never;
}
